// Another tus client, tus-js-client: node upload.js URL FILE MEMORY [with-data]
//
// Goes on with an upload that MEMORY knows of, and prints from where; begins one where it knows of none. With `with-data` the
// creation brings the first bytes along.
import fs from "node:fs";

import { FileUrlStorage, Upload } from "tus-js-client";

const [endpoint, file, memory, withData] = process.argv.slice(2);
const upload = new Upload(fs.createReadStream(file), {
  endpoint,
  uploadDataDuringCreation: withData === "with-data",
  chunkSize: 96 * 1024,
  urlStorage: new FileUrlStorage(memory),
  // Whoever starts it tries again, in a new process.
  retryDelays: null,
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log("done");
    process.exit(0);
  },
  onAfterResponse: (request, response) => {
    if (request.getMethod() === "HEAD") console.log(`from ${response.getHeader("Upload-Offset")}`);
  },
});
const [previous] = await upload.findPreviousUploads();
if (previous) upload.resumeFromPreviousUpload(previous);
upload.start();
