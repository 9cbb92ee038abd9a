"""`./corredor up`: everything from nothing to a page in the browser, and everything stopped again."""

import argparse
import errno
import http.client
import socket
from pathlib import Path

from core.stack import environment, pending, servers, variables
from core.stack.folders import ROOT, Folders, locked
from core.stack.processes import Program
from core.stack.supervisor import Stopped, Supervisor
from core.stack.trouble import Trouble

HOST = "127.0.0.1"
LOCAL_PORTS = 65535


def arguments(words: list[str]) -> argparse.Namespace:
    """The options of `up`. Ends the program with a usage line when they make no sense."""
    parser = argparse.ArgumentParser(prog="./corredor up", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the port of the web pages (8000)")
    parser.add_argument("--data", type=Path, default=None, help="the folder that keeps everything (var/)")
    parser.add_argument("--no-demo", action="store_true", help="start empty, without the demo brokerages")
    options = parser.parse_args(words)
    if not 0 < options.port <= LOCAL_PORTS:
        parser.error("--port takes a number from 1 to 65535")
    return options


def up(options: argparse.Namespace, folders: Folders) -> int:
    """Run until Ctrl-C or SIGTERM. Raises Trouble when something does not start."""
    require_free(options.port)
    servers.make(folders.data)
    with locked(folders.data / "lock") as free:
        if not free:
            raise Trouble(
                f"Corredor is already running on {folders.data}: stop it (Ctrl-C in its terminal), "
                "or choose another folder with --data and another --port."
            )
        (folders.data / "lock").write_text(servers.UP)
        folders.prepare()
        (folders.data / "port").write_text(f"{options.port}\n")
        with Supervisor(logs=folders.logs) as supervisor:
            try:
                _start(supervisor, folders, options)
                supervisor.watch()
            except Stopped:
                pass
            supervisor.terminal.line("Stopping …")
        supervisor.terminal.line("Stopped.")
    return 0


def require_free(port: int) -> None:
    """Raise Trouble when something listens on the port, or it is not ours to open."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "needs root" if error.errno == errno.EACCES else "is in use by another program"
            raise Trouble(f"port {port} {why}: choose another one, for example --port {_suggestion(port)}.") from error


def programs(env: dict[str, str], port: int) -> dict[str, Program]:
    """The four processes of Corredor, in the order they are started."""
    python = str(environment.python())
    # Celery warns of root; here that is the newcomer's choice, and tasks are JSON, which runs no code.
    celery = [python, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--app", "config"]
    web = [python, "-m", "uvicorn", "config.asgi:application", "--host", HOST, "--port", str(port),
           "--no-proxy-headers", "--no-access-log", "--timeout-graceful-shutdown", "5"]  # fmt: skip
    worker = [*celery, "worker", "--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle",
              "--loglevel", "INFO"]  # fmt: skip
    beat = [*celery, "beat", "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler", "--pidfile=",
            "--loglevel", "INFO"]  # fmt: skip
    engine = [python, "manage.py", "run_engine"]
    return {
        "web": Program("web", web, env, grace=10),
        # Ten seconds for what it is doing; a longer job is taken up again by its lease.
        "worker": Program("worker", worker, env, grace=10),
        "beat": Program("beat", beat, env, grace=5),
        "engine": Program("engine", engine, env, grace=10),
    }


def _start(supervisor: Supervisor, folders: Folders, options: argparse.Namespace) -> None:
    """Servers, database, web, the lines to log in with, and then the rest: the page comes first on a small machine."""
    servers.start(supervisor, folders)
    env = variables.of_stack(folders, port=options.port)
    manage = [str(environment.python()), "manage.py"]
    fresh = pending.prepare(supervisor, folders, env)
    logins = _demo(supervisor, manage, env) if fresh and not options.no_demo else None
    require_free(options.port)
    parts = programs(env, options.port)
    supervisor.start(parts.pop("web"), ready=lambda: answers(options.port), within=120)
    supervisor.terminal.line("")
    supervisor.terminal.line(f"Corredor is at {env['PUBLIC_URL']}    (Ctrl-C stops it; logs are in {folders.logs})")
    if logins is None and not options.no_demo:
        logins = _demo(supervisor, manage, env)
    for line in logins or _first_accounts(folders):
        supervisor.terminal.line(f"  {line}")
    supervisor.terminal.line("")
    for program in parts.values():
        supervisor.start(program)


def _demo(supervisor: Supervisor, manage: list[str], env: dict[str, str]) -> list[str]:
    """Fill an empty database with the demo, and give the lines with the logins (none when the database is in use)."""
    code, words = supervisor.output_of(Program("demo", [*manage, "demo", "--if-empty"], env, shown=False))
    if code:
        raise Trouble("the demo data could not be made.\n" + "\n".join(words))
    return words


def _first_accounts(folders: Folders) -> list[str]:
    """How to get into an installation without the demo."""
    manage = "./corredor manage" if folders.data == ROOT / "var" else f"CORREDOR_DATA={folders.data} ./corredor manage"
    return [
        "No demo. Make a brokerage, and get the link that lets its first person in, with:",
        f"  {manage} create_broker 'Andes Propiedades' ana@example.com",
        f"Platform staff, for /admin/: {manage} createsuperuser",
    ]


def answers(port: int) -> bool:
    """Whether GET /healthz gives 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _suggestion(port: int) -> int:
    """The next port that is free, from a harmless range."""
    for candidate in range(max(port + 1, 8001), LOCAL_PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                continue
            return candidate
    return port
