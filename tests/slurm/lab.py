"""A real SLURM on this machine: every daemon, invented nodes, all files in one folder.

``python tests/slurm/lab.py FOLDER`` starts one to try things out, says how to use it, and ends it on Ctrl-C.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Self

import debian

PACKAGES = ["slurm-wlm", "slurmdbd", "munge", "mariadb-server"]
PROGRAMS = ["slurmctld", "slurmd", "slurmdbd", "munged", "mariadbd", "mariadb-install-db", "sbatch", "sacct"]
NODES, NODE_CPUS, NODE_MB = 3, 16, 14000
WAIT_SECONDS = 60
MEMORY_CGROUP = Path("/sys/fs/cgroup/memory")


class LabError(Exception):
    """SLURM cannot be had here, or does not start."""


class Lab:
    """A SLURM cluster that lives as long as the block that it is used in.

    Attributes
    ----------
    folder : Path
        Holds all state, logs and keys. Its path is short: sockets lie in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "slurm.conf"
        # Of this lab alone: the kernel's groups of processes go by the names of nodes.
        self.nodes = [f"lab{os.getpid()}x{number}" for number in range(1, NODES + 1)]
        self._daemons: list[subprocess.Popen] = []

    def __enter__(self) -> Self:
        install()
        for name in ("log", "state", "bin", "sql"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        try:
            ports = free_ports(3 + NODES)
            self._start_munge()
            self._write_configuration(ports)
            self._start_database(ports[2])
            self._start_accounting()
            self._start_controller_and_nodes()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if len(self._daemons) > NODES:
            self.call("scancel", "--user", "root", check=False)
        for daemon in reversed(self._daemons):
            daemon.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(timeout=15)
            daemon.kill()
            daemon.wait()
        for group in sorted(MEMORY_CGROUP.glob(f"slurm_lab{os.getpid()}x*/**/"), reverse=True):
            with contextlib.suppress(OSError):
                group.rmdir()

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which commands find this cluster, and Snakemake."""
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin"
        return {**os.environ, "PATH": path, "SLURM_CONF": str(self.conf)}

    def call(self, *command: str, check: bool = True) -> str:
        """Run a command of SLURM; return what it prints."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)
        if check and done.returncode:
            raise LabError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def jobs(self) -> list[dict[str, str]]:
        """Return all jobs that have ever been submitted, oldest first, as accounting knows them."""
        fields = ["JobIDRaw", "State", "Comment", "ReqMem", "TimelimitRaw", "AllocCPUS", "NodeList"]
        lines = self.call("sacct", "-X", "-n", "-P", "--duplicates", "-S", "now-1day", f"--format={','.join(fields)}")
        return [dict(zip(fields, line.split("|"), strict=True)) for line in lines.splitlines()]

    def ended(self, number: str) -> dict[str, str]:
        """Return a job that has ended, when accounting knows it, which is told some seconds later."""
        for _ in range(60):
            for job in self.jobs():
                if job["JobIDRaw"] == number and job["State"] not in ("PENDING", "RUNNING", "COMPLETING"):
                    return job
            time.sleep(0.5)
        raise AssertionError(f"accounting does not know job {number} as ended: {self.jobs()}")

    def steps(self, job: str) -> set[str]:
        """Return how the steps of a job ended."""
        return set(self.call("sacct", "-n", "-P", "-j", job, "--format=State").splitlines())

    def queue(self) -> list[tuple[str, str, str, str]]:
        """Return the jobs that wait or run: id, state, node, comment."""
        lines = self.call("squeue", "--noheader", "--format=%i|%T|%N|%k").splitlines()
        return [tuple(line.split("|", 3)) for line in lines]  # type: ignore[misc]

    def _start(self, *command: str | Path) -> None:
        """Start a daemon in the foreground; it ends with this process, whatever ends that."""
        log = (self.folder / "log" / f"{len(self._daemons)}_{Path(command[0]).name}.out").open("w")
        self._daemons.append(
            subprocess.Popen(
                [str(part) for part in command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,
            )
        )

    def _until(self, what: str, ready: Callable[[], bool]) -> None:
        """Wait until something is ready; fail where a daemon has ended before that."""
        end = time.monotonic() + WAIT_SECONDS
        while not ready():
            if time.monotonic() > end or any(daemon.poll() is not None for daemon in self._daemons):
                raise LabError(f"{what} did not start; see {self.folder / 'log'}")
            time.sleep(0.1)

    def _answers(self, *command: str) -> bool:
        return subprocess.run(command, env=self.environment, capture_output=True, check=False).returncode == 0

    def _start_munge(self) -> None:
        """Start the daemon that vouches for users, with a key and socket of its own."""
        munge = self.folder / "munge"
        munge.mkdir(mode=0o755)
        key = munge / "key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(1024))
        options = {
            "key-file": key,
            "socket": munge / "socket",
            "pid-file": munge / "pid",
            "seed-file": munge / "seed",
        }
        options["log-file"] = self.folder / "log" / "munged.log"
        self._start("munged", "--foreground", "--force", *(f"--{name}={path}" for name, path in options.items()))
        self._until("munged", lambda: self._answers("munge", "-n", "-S", str(munge / "socket")))

    def _write_configuration(self, ports: list[int]) -> None:
        host = socket.gethostname().split(".")[0]
        nodes = [
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={NODE_CPUS} "
            f"RealMemory={NODE_MB} State=UNKNOWN"
            for node, port in zip(self.nodes, ports[3:], strict=True)
        ]
        values = {
            "folder": self.folder,
            "host": host,
            "controller_port": ports[0],
            "accounting_port": ports[1],
            "database_port": ports[2],
            "task_plugin": "task/cgroup" if by_kernel() else "task/none",
            "memory_limit": "" if by_kernel() else "JobAcctGatherParams=OverMemoryKill",
            "nodes": "\n".join(nodes),
            "first_node": self.nodes[0],
        }
        for template in Path(__file__).parent.glob("*.conf"):
            path = self.folder / template.name
            path.touch(mode=0o600)
            path.write_text(Template(template.read_text()).substitute(values))
        # Snakemake takes all of SLURM's variables, the configuration's path among them, from its calls of srun.
        srun = self.folder / "bin" / "srun"
        srun.write_text(f'#!/bin/sh\nSLURM_CONF="{self.conf}" exec {shutil.which("srun")} "$@"\n')
        srun.chmod(0o755)

    def _start_database(self, port: int) -> None:
        data, own_socket = self.folder / "sql" / "data", self.folder / "sql" / "socket"
        common = ["--no-defaults", "--user=root", f"--datadir={data}"]
        install_options = [*common, "--auth-root-authentication-method=socket", "--skip-test-db"]
        self.call("mariadb-install-db", *install_options)
        network = [f"--socket={own_socket}", "--bind-address=127.0.0.1", f"--port={port}"]
        pid_file = f"--pid-file={self.folder / 'sql' / 'pid'}"
        self._start("mariadbd", *common, *network, pid_file, "--innodb-flush-log-at-trx-commit=2")
        client = ["mariadb", "--no-defaults", f"--socket={own_socket}", "--execute"]
        self._until("mariadbd", lambda: self._answers(*client, "select 1"))
        user = "slurm@'127.0.0.1'"
        self.call(
            *client, f"create database jobs; create user {user} identified by 'slurm'; grant all on jobs.* to {user}"
        )

    def _start_accounting(self) -> None:
        self._start("slurmdbd", "-D")
        self._until("slurmdbd", lambda: self._answers("sacctmgr", "--noheader", "show", "cluster"))
        self.call("sacctmgr", "--immediate", "add", "cluster", "lab")

    def _start_controller_and_nodes(self) -> None:
        self._start("slurmctld", "-D", "-f", self.conf)
        self._until("slurmctld", lambda: self._answers("scontrol", "ping"))
        for node in self.nodes:
            self._start("slurmd", "-D", "-f", self.conf, "-N", node)
        self._until(
            "slurmd", lambda: len(self.call("sinfo", "-h", "-N", "-p", "main", "-t", "idle").splitlines()) == NODES
        )


def install() -> None:
    """Install SLURM where it is missing.

    Raises
    ------
    LabError
        Where it cannot be installed or run.
    """
    if os.geteuid():
        raise LabError("SLURM's daemons start jobs as their users: they need root")
    try:
        debian.install(PROGRAMS, PACKAGES)
    except debian.NotInstalledError as error:
        raise LabError(str(error)) from None


def by_kernel() -> bool:
    """Return whether the kernel ends jobs that take too much memory; otherwise SLURM does, as it notices."""
    return os.access(MEMORY_CGROUP, os.W_OK)


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _end_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, and let that of a terminal's Ctrl-C do it in order."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
    os.setsid()


def main() -> None:
    """Keep a cluster until Ctrl-C."""
    folder = Path(sys.argv[1]).resolve()
    with Lab(folder) as lab:
        print(f"export SLURM_CONF={lab.conf} PATH={folder / 'bin'}:$PATH", flush=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
