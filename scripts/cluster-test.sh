#!/usr/bin/env bash
# A search on a cluster, and what may happen to it there: starts a PostgreSQL server and a Slurm of four
# nodes of its own on this machine, searches with real workers, and meanwhile kills workers, stops one past
# its lease, kills a node's slurmd, the search, the database server, and cancels a task. Then the trials must
# be those of an undisturbed search. Then others whose jobs Slurm ends and puts back: at their time limit, for a job
# that comes first, where a site forbids it; and one that is followed. Under three minutes.
#
#     scripts/cluster-test.sh [--soak MINUTES] [--seed N]
#
# --soak: so long, with blows drawn at random. Says SKIPPED where Slurm or PostgreSQL is missing.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
program=${HWNAS:-$PWD/build/release/hwnas}
failed=0
python3 tests/end_to_end/cluster.py "$program" "$PWD" "$@" || failed=1
python3 tests/end_to_end/cluster_requeue.py "$program" "$PWD" || failed=1
exit "$failed"
