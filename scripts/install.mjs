/**
 * Brings a fresh clone to a state in which everything runs: the npm packages, Node 24 among them, and the
 * Python environment of the local AWS. Run before every npm script, so it is plain JavaScript without
 * packages that any Node from 20 on understands, and it is silent when there is nothing to do.
 *
 *   node scripts/install.mjs [--no-python]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const at = (...parts) => join(root, ...parts);
const withPython = !process.argv.includes("--no-python");

class Trouble extends Error {}

const run = (command, args, options = {}) => spawnSync(command, args, { cwd: root, encoding: "utf8", ...options });
const fingerprint = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");
const isStamped = (stamp, file) => existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(file);

function requireNode() {
  if (Number(process.versions.node.split(".")[0]) < 20)
    throw new Trouble(`Node ${process.versions.node} is too old to start with. Install Node 20 or newer; Node 24 then comes with the packages.`);
}

function requireGit() {
  if (run("git", ["--version"]).status !== 0) throw new Trouble("git was not found. Install git and run the command again.");
}

/** The first Python from 3.10 on, by the names it goes by. */
function findPython() {
  for (const name of ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"]) {
    const tried = run(name, ["-c", "import sys; print(sys.version_info >= (3, 10))"]);
    if (tried.status === 0 && tried.stdout.trim() === "True") return name;
  }
  throw new Trouble("Python 3.10 or newer was not found: the local AWS runs on it. Install Python 3 with its venv module and run the command again.");
}

function installPackages() {
  const lock = at("package-lock.json");
  const stamp = at("node_modules", ".coworker-installed");
  if (isStamped(stamp, lock)) return;
  // A tree that npm itself has just written from this lock file needs no second installation.
  const npmRecord = at("node_modules", ".package-lock.json");
  const current = existsSync(npmRecord) && run("npm", ["ls", "--all", "--silent"], { shell: process.platform === "win32" }).status === 0;
  if (!current) {
    console.log("install: npm packages (npm ci), a minute the first time");
    const done = run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      stdio: ["ignore", "inherit", "pipe"],
      shell: process.platform === "win32",
    });
    if (done.status !== 0)
      throw new Trouble(
        `npm ci failed:\n${(done.stderr ?? "").split("\n").slice(0, 12).join("\n")}\nCheck the network and the registry npm uses (npm config get registry), then run the command again.`,
      );
  }
  writeFileSync(stamp, fingerprint(lock));
}

/** With --ignore-scripts the package `node` arrives without its binary, and everything would run on the system's Node. */
function requireNode24() {
  const found = run(at("node_modules", ".bin", "node"), ["--version"]);
  if (found.status === 0 && found.stdout.startsWith("v24.")) return;
  const seen = found.status === 0 ? `is ${found.stdout.trim()}` : "does not run";
  throw new Trouble(
    `node_modules/.bin/node ${seen}; it has to be Node 24. Its install script was probably switched off. Remedy: npm install-scripts approve node esbuild && npm rebuild node esbuild (or delete node_modules and run npm ci without --ignore-scripts).`,
  );
}

function installLocalAws() {
  const requirements = at("infra", "local", "requirements.txt");
  const venv = at(".local", "venv");
  const stamp = join(venv, ".coworker-installed");
  if (isStamped(stamp, requirements)) return;
  console.log("install: the local AWS (MiniStack) into .local/venv, some seconds");
  const python = join(venv, process.platform === "win32" ? "Scripts" : "bin", "python");
  // A working environment is brought up to date where it is: a local AWS may be running from it.
  if (run(python, ["-m", "pip", "--version"]).status !== 0) makeEnvironment(venv);
  const done = run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", requirements], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (done.status !== 0)
    throw new Trouble(
      "pip could not install infra/local/requirements.txt (its own message is above). Check the network and the index pip uses (pip config list), then run the command again.",
    );
  writeFileSync(stamp, fingerprint(requirements));
}

function makeEnvironment(venv) {
  const python = findPython();
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(at(".local"), { recursive: true });
  const made = run(python, ["-m", "venv", venv]);
  if (made.status !== 0)
    throw new Trouble(
      `${python} -m venv failed: ${(made.stderr || made.stdout).trim().split("\n").at(-1)}\nOn Debian and Ubuntu: apt-get install python3-venv. Then run the command again.`,
    );
}

try {
  requireNode();
  requireGit();
  installPackages();
  requireNode24();
  if (withPython) installLocalAws();
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(`install: ${error.message}`);
  process.exit(1);
}
