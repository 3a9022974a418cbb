// The back ends that the page is tried with. Each is a file with
//   name             how it is called in the matrix, and by HOST=
//   missing()        what is not there that it needs, or nothing
//   build(context)   makes it; `context` has `root`, the repository, and `target`, cargo's folder with our libraries
//   command(port, context)   { program, args, [cwd], [env] }; it listens at `port` (0: a free one), is set up by ACS_AUTH_…
//                    in the environment, and prints its URL, or JSON with one, on its first line
//   ready            what the line with the URL looks like, where that is not the first
//   ends             how it may end on SIGTERM: [0], unless the language has another way
import { c } from "./c.mjs";
import { cpp } from "./cpp.mjs";
import { kotlin } from "./kotlin.mjs";
import { python } from "./python.mjs";
import { rust } from "./rust.mjs";
import { swift } from "./swift.mjs";

export const BACKENDS = [rust, python, kotlin, c, cpp, swift];
