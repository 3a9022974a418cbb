// The back ends that the page is tried with. Each is a file with
//   name             how it is called in the matrix, and by HOST=
//   missing()        what is not there that it needs, or nothing
//   build(context)   makes it; `context` has `root`, the repository, and `target`, cargo's folder with our libraries
//   command(port, context)   { program, args, [cwd], [env] }; it prints its URL, or JSON with one, on its first line,
//                    listens at `port` (0: a free one), is set up by ACS_AUTH_… and ends with code 0 on SIGTERM
import { rust } from "./rust.mjs";
import { c } from "./c.mjs";
import { cpp } from "./cpp.mjs";

export const BACKENDS = [rust, c, cpp];
