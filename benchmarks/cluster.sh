#!/usr/bin/env bash
# A cluster of this machine's own: a Spark master and two workers, each a process, on loopback. A batch runs on it, one worker is
# killed while a partition is being written, and the files are held against those of a run without Spark.
#   benchmarks/cluster.sh [UNITS] [PARTITION]        PYTHON names the interpreter, .venv/bin/python where there is one
set -euo pipefail
cd "$(dirname "$0")/.."
units=${1:-40000} partition=${2:-10000}
python=${PYTHON:-.venv/bin/python}
work=$(mktemp -d)
spark=$("$python" -c 'import pyspark; print(pyspark.__path__[0])')
free() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
export SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1
started=()

# A process of Spark with a group of its own, so that what it starts can be killed with it.
start() { # start NAME CLASS ARGUMENTS...
  local log=$work/$1.log
  shift
  setsid "$spark/bin/spark-class" "$@" >"$log" 2>&1 &
  started+=($!)
  disown # nobody wants to be told by the shell that it was killed
}
stop() {
  for one in "${started[@]}"; do kill -9 -- "-$one" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT

await() { # await SECONDS COMMAND...
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < until)) || { tail -n 20 "$work"/*.log >&2; exit 1; }
    sleep 0.1
  done
}

awk -v n="$units" 'BEGIN {
  print "单位编号,单位名称,三公经费控制率(%),预算完成率(%),资产管理完整性得分"
  for (i = 0; i < n; i++) printf "U%d,单位%d,%d.%d,%s,%d\n", i, i, 60 + i * 7 % 60, i % 10, i % 11 ? 80 + i % 25 : "", i % 4
}' >"$work/units.csv"
batch() { "$python" -m hegui batch "$work/units.csv" --rules rules/kunming-2017 --partition "$partition" --sample 50 --lang en "$@"; }
digests() { (cd "$1" && sha256sum scores/* reasons/* rejects/*); }

echo "--- here, without Spark"
batch -o "$work/here" 2>/dev/null | grep -E 'units scored|partitions|re-checked'

master=spark://127.0.0.1:$(free)
echo "--- a master and two workers on loopback"
start master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "${master##*:}" --webui-port 0
await 60 grep -q 'New state: ALIVE' "$work/master.log"
for n in 1 2; do
  start "worker-$n" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 1g --webui-port 0 \
    --work-dir "$work/worker-$n" "$master"
  await 60 grep -q 'Successfully registered with master' "$work/worker-$n.log"
done

batch -o "$work/there" --backend spark --master "$master" >"$work/batch.log" 2>&1 &
run=$!
running() { kill -0 "$run" && [[ -e $1 ]]; }
await 600 running "$work/there/scores/part-00000.parquet"
await 600 running "$work/there/.run/work/spark-out/_temporary"
kill -9 -- "-${started[2]}"
echo "--- killed worker 2 and what it ran; finished by then: $(cd "$work/there/scores" && echo part-*)"
wait "$run"
grep -E 'units scored|partitions|re-checked' "$work/batch.log"
grep -o 'Removing worker.*' "$work/master.log" | sed 's/worker-[0-9-]*127/worker-…-127/' | head -1

if diff <(digests "$work/here") <(digests "$work/there"); then
  digests "$work/there" | cut -c 1-16,65-
  echo "--- $(digests "$work/there" | wc -l) files, every digest the same as without Spark"
else
  echo "--- the files differ" >&2
  exit 1
fi
