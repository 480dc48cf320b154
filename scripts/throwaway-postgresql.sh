#!/usr/bin/env bash
# A PostgreSQL server of its own, on a Unix socket in a temporary folder, for tests.
#
#     scripts/throwaway-postgresql.sh start PID    prints the folder; gone when that process is
#     scripts/throwaway-postgresql.sh address FOLDER [DATABASE]
#     scripts/throwaway-postgresql.sh kill FOLDER       kill -9, of all its processes
#     scripts/throwaway-postgresql.sh restart FOLDER    after that
#     scripts/throwaway-postgresql.sh stop FOLDER       for good
#
# Exit code 77 where Debian's package postgresql is missing. As root it runs as the user postgres.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [[ -z $bin || ! -x $bin/initdb ]]; then
    echo "SKIPPED: no PostgreSQL server (postgresql)" >&2
    exit 77
fi

as_server=()
((EUID != 0)) || as_server=(setpriv --reuid=postgres --regid=postgres --init-groups --)

server() {
    (cd / && "${as_server[@]}" "$bin/pg_ctl" --silent --wait --pgdata="$1/data" --log="$1/log" "${@:2}" </dev/null >&2)
}

case "${1:-}" in
    start)
        folder=$(mktemp --directory "${TMPDIR:-/tmp}/hwnas-pg-XXXXXX")
        chmod 755 "$folder"
        ((EUID != 0)) || chown postgres: "$folder"
        # The server's own clock and language, whatever the caller's.
        (cd / && "${as_server[@]}" env -i PATH="$PATH" "$bin/initdb" --no-sync --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 --username=postgres --pgdata="$folder/data" --no-instructions </dev/null >"$folder/initdb.log")
        # One who is root may come in under any name.
        cat >>"$folder/data/postgresql.conf" <<CONFIG
listen_addresses = ''
unix_socket_directories = '$folder'
unix_socket_permissions = 0777
max_connections = 400
shared_buffers = 32MB
CONFIG
        server "$folder" start
        if [[ -n ${2:-} ]]; then
            # In a session of its own: whoever ends a test by its process group would end this as well.
            # shellcheck disable=SC2016
            setsid bash -c 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; exec "$2" stop "$3"' \
                watcher "$2" "$0" "$folder" </dev/null >/dev/null 2>&1 &
        fi
        echo "$folder"
        ;;
    address)
        echo "postgresql://postgres@/${3:-postgres}?host=$2"
        ;;
    kill)
        main=$(head -n 1 "$2/data/postmaster.pid")
        # Its processes first: left alone they would end in order.
        # shellcheck disable=SC2046
        kill -9 "$main" $(ps -o pid= --ppid "$main" || true) 2>/dev/null || true
        ;;
    restart)
        rm -f "$2/data/postmaster.pid"
        # What a killed server shared with its processes is free once the last of them is gone.
        for _ in $(seq 50); do
            ! server "$2" start 2>/dev/null || exit 0
            sleep 0.1
        done
        exit 1
        ;;
    stop)
        [[ -d $2/data ]] || exit 0
        server "$2" --mode=immediate stop || true
        rm -rf -- "$2"
        ;;
    *)
        sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
