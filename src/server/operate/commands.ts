import { fail } from '../../core/error.ts';
import { sources } from '../../providers/sources.ts';
import type { Command, Given, Said } from './command.ts';
import { examine } from './doctor.ts';
import type { Finding } from './finding.ts';
import { optionsOf, siteOf, wordOf } from './given.ts';
import { importCommand } from './import-command.ts';
import { listKeys, resealKeys } from './keys.ts';
import { aligned } from './lines.ts';
import { erasePerson, exportPerson, showPerson, type PersonAtSite } from './person.ts';
import { errands, journal, states } from './record-commands.ts';
import { transmitters } from './transmitter-commands.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const person = async (given: Given): Promise<Said> => {
  const action = wordOf(given, 0, 'show, export or erase');
  const who: PersonAtSite = { site: await siteOf(given), uid: wordOf(given, 1, 'UID') };
  if (action === 'erase') {
    const erased = await erasePerson(await optionsOf(given), who);
    const steps = erased.receipt.map(({ step, status, provider = '', reason = '' }) => [
      step,
      status,
      provider,
      reason,
    ]);
    return { lines: [`call ${erased.callId}`, ...aligned(steps)], json: erased };
  }
  const store = await given.store();
  if (action !== 'show' && action !== 'export')
    return fail('invalidParameter', `${action}: expected show, export or erase`);
  const found = await (action === 'show' ? showPerson : exportPerson)({ store }, who);
  return { lines: [JSON.stringify(found, null, 2)], json: found };
};

const keys = async (given: Given): Promise<Said> => {
  const action = wordOf(given, 0, 'list or reseal');
  const options = await optionsOf(given);
  if (action === 'reseal') {
    const done = await resealKeys(options);
    const { resealed, unreadable } = done;
    const said = `${resealed} text(s) were sealed anew`;
    return unreadable === 0
      ? { lines: [said], json: done }
      : { lines: [said, `${unreadable} could not be opened`], json: done, code: 1 };
  }
  if (action !== 'list') return fail('invalidParameter', `${action}: expected list or reseal`);
  const found = await listKeys(options);
  const rows = found.map(({ id, seals, isMissing, sealed }) => [
    id,
    isMissing ? 'not configured' : seals ? 'seals' : 'opens',
    Object.entries(sealed)
      .map(([kind, count]) => `${kind}: ${count}`)
      .join(', ') || 'nothing is sealed with it',
  ]);
  return { lines: aligned(rows), json: found };
};

const marks: Record<Finding['level'], string> = {
  fine: 'ok',
  note: 'note',
  warning: 'WARNING',
  fault: 'FAULT',
};

const doctor = async (given: Given): Promise<Said> => {
  const { gigya } = given.options;
  const findings = await examine(await optionsOf(given), { gigya: gigya === true });
  const lines = findings.flatMap(({ level, about, found, advice }) => [
    `${marks[level].padEnd(8)}${about}: ${found}`,
    ...(advice === undefined ? [] : [`        → ${advice}`]),
  ]);
  const isFaulty = findings.some(({ level }) => level === 'fault');
  return { lines, json: findings, code: isFaulty ? 1 : 0 };
};

const whichErrands = {
  site: 'the key of a site; left out, all of them',
  destination: 'a provider, or a webhook as the list names it',
  stuck: 'only what failed, or was tried and still waits',
};

/** TABLE of the commands for people who run a backend. */
export const commands: Record<string, Command> = {
  journal: {
    usage: 'journal [--site KEY] [--uid UID] [--provider NAME] [--actor WHO] [--follow]',
    text: 'who disconnected, logged out or deleted what, when, and what came of it',
    options: {
      site: text,
      uid: text,
      provider: text,
      actor: text,
      call: text,
      since: text,
      until: text,
      limit: text,
      follow: flag,
    },
    help: {
      site: 'the key of the site, where there are several',
      uid: 'changes of this person; of one who was deleted, too',
      provider: 'changes about this provider',
      actor: 'who caused them: user, app, provider, operator',
      call: 'changes of the call with this callId',
      since: 'from this time on, such as 2026-11-26T14:00Z',
      until: 'before this time',
      limit: 'how many at most (default 100)',
      follow: 'goes on with what comes',
    },
    run: journal,
  },
  errands: {
    usage: 'errands list|show ID|retry|drop [ID] [--stuck] [--destination NAME] [--site KEY]',
    text: 'what is owed to providers and webhooks: see it, have it tried again, give it up',
    options: { site: text, destination: text, state: text, stuck: flag, limit: text },
    help: {
      ...whichErrands,
      state: states.join(', '),
      limit: 'how many at most (default 100)',
    },
    run: errands,
  },
  person: {
    usage: 'person show|export|erase UID [--site KEY]',
    text: 'what is known of a person; everything that is held, as JSON; deletes it, with a receipt',
    options: { site: text },
    help: { site: 'the key of the site, where there are several' },
    run: person,
  },
  import: {
    usage:
      'import FILE|- [--from VENDOR [--password-way-in] [--domain DOMAIN]] [--dry-run] [--site KEY] [--name NAME] [--conflicts MODE] [--restart]',
    text: 'brings people along: one account a line, as JSON; goes on where it was broken off; exit code 1 when some did not come',
    options: {
      from: text,
      site: text,
      name: text,
      conflicts: text,
      domain: text,
      'password-way-in': flag,
      'dry-run': flag,
      restart: flag,
    },
    help: {
      from: `a vendor (${Object.keys(sources).join(', ')}): FILE has its accounts (JSON lines, a JSON array, CSV); without FILE they are asked for there`,
      domain: 'its data centre (default as in sources of the site)',
      'password-way-in': 'who has a login id there has a password, where FILE does not tell',
      site: 'the key of the site that they come to, where there are several',
      name: 'what the import is called, to go on with it (default the path of FILE)',
      conflicts:
        'error (default): who has an identity or login id of another account does not come; ignore, connect: comes without it',
      'dry-run': 'only says what would be, by kind',
      restart: 'begins anew, although one of that name was broken off',
    },
    run: importCommand,
  },
  keys: {
    usage: 'keys list|reseal',
    text: 'what is sealed with which encryption key; seals all with the first one',
    options: {},
    help: {},
    run: keys,
  },
  transmitters: {
    usage: 'transmitters list|connect PROVIDER|verify PROVIDER|disconnect PROVIDER [--site KEY]',
    text: 'who tells by shared signals: sets the stream up, has it prove that it works, ends it',
    options: { site: text },
    help: { site: 'the key of the site, where there are several' },
    run: transmitters,
  },
  doctor: {
    usage: 'doctor [--gigya]',
    text: 'looks at everything that the backend stands on, and says what to do; exit code 1 with a fault',
    options: { gigya: flag },
    help: { gigya: 'also asks each door as clients written for Gigya would' },
    run: doctor,
  },
};
