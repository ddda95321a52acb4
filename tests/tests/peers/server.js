// Another tus server, @tus/server: node server.js FOLDER [DESK] prints its port.
//
// With a desk, what is no attachment goes to that desk's intake, and what is complete is kept in FOLDER/finished as well, under
// the name it was created by: whatever comes to an upload later does not touch it there.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [folder, desk] = process.argv.slice(2);
const [uploads, finished] = ["uploads", "finished"].map((name) => path.join(folder, name));
for (const made of [uploads, finished]) fs.mkdirSync(made, { recursive: true });

const attachments = new Server({
  path: "/v1/attachments",
  relativeLocation: true,
  datastore: new FileStore({ directory: uploads }),
  // The client names the upload, as at our desk. A creation that is repeated begins anew here.
  namingFunction: (request) => new URL(request.url).pathname.split("/").pop(),
  onUploadFinish: async (_request, upload) => {
    if (!desk) return {};
    // Under another name first: what has the name is whole.
    const unfinished = path.join(folder, `unfinished-${upload.id}`);
    fs.copyFileSync(path.join(uploads, upload.id), unfinished);
    fs.renameSync(unfinished, path.join(finished, upload.id));
    return {};
  },
});

const server = http.createServer((request, response) => {
  if (request.url.startsWith("/v1/attachments/")) return attachments.handle(request, response);
  const { method, url, headers } = request;
  const passed = http.request(desk + url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  request.pipe(passed);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
