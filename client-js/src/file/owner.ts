import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Who owns a folder, in a line: the number of the process, when it began, where such numbers mean the same, and what no
 * other has.
 *
 * @param place where this is; another one for tests
 */
export function newOwner(place = placeOfProcesses()): string {
  return `${String(process.pid)} ${beginOf(process.pid)} ${place} ${randomUUID()}\n`;
}

/** Its process cannot be looked for from here: in containers that share a volume each may be number 1. */
export function isElsewhere(owner: string, self: string): boolean {
  const [place, own] = [placeOf(owner), placeOf(self)];
  return place !== undefined && place !== own;
}

/** Of an owner here. Where the system tells when a process began, a later one with its number is not taken for it. */
export function isAlive(owner: string): boolean {
  const [pid = '', begin = ''] = owner.split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return false;
  try {
    process.kill(number, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return beginOf(number) === begin;
}

/** For messages. */
export function processOf(owner: string): string {
  return `process ${owner.split(' ')[0] ?? ''}`;
}

function placeOf(owner: string): string | undefined {
  const words = owner.trimEnd().split(' ');
  return words.length === 4 ? words[2] : undefined;
}

/** One namespace of processes (Linux) of one start of one system. */
function placeOfProcesses(): string {
  try {
    const start = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${start}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return encodeURIComponent(hostname());
  }
}

/** Ticks since the system's start (Linux); `?` where nobody says so. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name, in brackets, may have spaces and brackets; the 22nd field is the 20th behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '?';
  } catch {
    return '?';
  }
}
