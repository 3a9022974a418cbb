// The back ends that the page is tested with. Each is a file with
//   name             its name in the matrix, and for HOST=
//   missing()        what it needs and the machine lacks, or nothing
//   build(context)   builds it; `context` has `root`, the repository, and `target`, cargo's folder with our libraries
//   command(port, context)   { program, args, [cwd], [env] }; it listens at `port` (0: a free one), is set up by ACS_AUTH_…
//                    in the environment, and prints its URL, or JSON with one, on its first line
//   ready            a pattern for the line with the URL, if it isn't the first line
//   ends             the exit codes or signals with which it may end on SIGTERM; [0] by default
import { c } from "./c.mjs";
import { cpp } from "./cpp.mjs";
import { kotlin } from "./kotlin.mjs";
import { python } from "./python.mjs";
import { rust } from "./rust.mjs";
import { swift } from "./swift.mjs";

export const BACKENDS = [rust, python, kotlin, c, cpp, swift];
