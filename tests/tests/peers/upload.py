"""Another tus client, tuspy: python upload.py URL FILE MEMORY [with-checksums]

Goes on with an upload that MEMORY knows of, and prints from where; begins one where it knows of none.
"""

import sys

from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage

url, file, memory = sys.argv[1:4]
uploader = TusClient(url).uploader(
    file,
    chunk_size=96 * 1024,
    store_url=True,
    url_storage=FileStorage(memory),
    upload_checksum="with-checksums" in sys.argv,
)
if uploader.url:
    print(f"from {uploader.offset}", flush=True)
uploader.upload()
print("done", flush=True)
