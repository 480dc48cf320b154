#pragma once

namespace hwnas::train {

/// Settings of a process that trains, to be made once, before anything else:
/// freed memory stays with the process, since a step frees and takes some 100 MB
/// and the kernel zeroes every page that comes again; one thread a task.
void prepare_process();

/// What the process has used of processors so far, in user and system mode.
[[nodiscard]] double cpu_seconds();

}  // namespace hwnas::train
