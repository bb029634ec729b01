/* Honest traffic beside hostile traffic: what a shopper, somebody who signs in and somebody who writes notice while a
 * visitor does their worst.
 *
 * bench.mjs asks for its rows. The program is its own children, too: `honest` asks at a steady pace, whoever else does
 * what, and prints what it saw as a line of JSON; `attack NAME` does one of ATTACKS until it is killed. */

import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const PROJECT = '/demo';
const GETS_PER_SECOND = 100;
const UPDATES_PER_SECOND = 20;
const SIGNING_IN = 2; /* connections, one sign-in after the other */
const PATIENCE_MS = 5000; /* who waits longer has been refused */
const PEOPLE = 4;
const CARTS = 25;
const LINES = 500;
const PASSWORD = 'bench-password';

const form = (fields) => new URLSearchParams(fields).toString();
const basic = (client) => `Basic ${Buffer.from(`${client}:${client}-secret`).toString('base64')}`;

/* Sends a request, whatever comes back: { status, text, ms }; status 0 if the connection broke. */
function send(port, agent, method, path, { authorization, json, body, type } = {}) {
	const bytes = json === undefined ? body : JSON.stringify(json);
	const entity = bytes && { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(bytes) };
	const before = process.hrtime.bigint();

	return new Promise((resolve) => {
		const done = (status, text = '') => {
			clearTimeout(patience);
			resolve({ status, text, ms: Number(process.hrtime.bigint() - before) / 1e6 });
		};
		const outgoing = httpRequest({
			host: '127.0.0.1', port, agent, method, path,
			headers: { ...(authorization && { authorization }), ...entity },
		}, (incoming) => {
			let text = '';

			incoming.on('data', (chunk) => { text += chunk; });
			incoming.on('error', () => done(0));
			incoming.on('end', () => done(incoming.statusCode, text));
		});

		const patience = setTimeout(() => outgoing.destroy(), PATIENCE_MS);

		outgoing.on('error', () => done(0));
		outgoing.end(bytes);
	});
}

const keepAlive = (sockets) => new Agent({ keepAlive: true, maxSockets: sockets });

/* ---- What honest people see -------------------------------------------------------------------------------------- */

const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

/* Calls `act` so often a second, whether or not the last call has ended. */
async function atPace(perSecond, until, act) {
	const pending = [];

	for (let next = Date.now(); next < until; next += 1000 / perSecond) {
		await sleep(Math.max(0, next - Date.now()));
		pending.push(act());
	}
	await Promise.all(pending);
}

async function honest({ port, people, seconds }) {
	const until = Date.now() + seconds * 1000;
	const agent = keepAlive(16);
	const seen = { gets: [], updates: [], signIns: 0, refused: 0 };
	const note = (answer, list) => {
		if (answer.status === 200) list?.push(answer.ms);
		else seen.refused += 1;
	};
	let turn = 0;
	const writing = people.map(() => Promise.resolve());

	const get = async () => note(await send(port, agent, 'GET', `${PROJECT}/me`,
		{ authorization: `Bearer ${people[turn++ % people.length].token}` }), seen.gets);
	/* Updates of one customer come one after the other, as their versions do. */
	const update = () => {
		const index = turn++ % people.length;
		const person = people[index];

		writing[index] = writing[index].then(async () => {
			if (Date.now() > until) { seen.refused += 1; return; } /* those before it took too long */
			const answer = await send(port, agent, 'POST', `${PROJECT}/me`, {
				authorization: `Bearer ${person.token}`,
				json: { version: person.version, actions: [{ action: 'setFirstName', firstName: String(turn) }] },
			});

			if (answer.status === 200) person.version = JSON.parse(answer.text).version;
			note(answer, seen.updates);
		});
		return writing[index];
	};
	const signIn = async () => {
		while (Date.now() < until) {
			const answer = await send(port, agent, 'POST', '/oauth/demo/customers/token', {
				authorization: basic('storefront'), type: 'application/x-www-form-urlencoded',
				body: form({ grant_type: 'password', username: people[0].email, password: PASSWORD }),
			});

			if (answer.status === 200) seen.signIns += 1;
			else { seen.refused += 1; await sleep(50); }
		}
	};

	await Promise.all([
		atPace(GETS_PER_SECOND, until, get), atPace(UPDATES_PER_SECOND, until, update),
		...Array.from({ length: SIGNING_IN }, signIn),
	]);
	agent.destroy();
	return {
		get_p99_ms: percentile(seen.gets, 0.99), update_p99_ms: percentile(seen.updates, 0.99),
		sign_ins: seen.signIns / seconds, refused: seen.refused,
	};
}

/* ---- What the others do ------------------------------------------------------------------------------------------ */

/* So many at once, each again and again. */
function forever(count, act) {
	const loop = async () => { for (;;) await act(); };

	return Promise.all(Array.from({ length: count }, loop));
}

/* 24 KB of a predicate that no cart fulfils and that no index helps with. */
const longPredicate = () => {
	const parts = [];

	for (let i = 0; parts.join(' or ').length < 22_000; i += 1)
		parts.push(`customLineItems(slug="none-${i}" and quantity>${i})`);
	return encodeURIComponent(parts.join(' or '));
};

const agentOf = (count) => keepAlive(count);
const ATTACKS = {
	reads: {
		what: `4 × \`where\` of 24 KB over ${CARTS} carts of ${LINES} lines`,
		run: ({ port, backend }) => {
			const agent = agentOf(4);
			const path = `${PROJECT}/carts?where=${longPredicate()}`;

			return forever(4, () => send(port, agent, 'GET', path, { authorization: `Bearer ${backend}` }));
		},
	},
	searches: {
		what: '16 × a fuzzy search with facets',
		run: ({ port, visitor }) => {
			const agent = agentOf(16);
			const words = encodeURIComponent('lantren garden chiar wodden botle mug blnket'.repeat(4));
			const path = `${PROJECT}/product-projections/search?fuzzy=true&text.en=${words}&facet=variants.sku` +
				'&facet=variants.price.centAmount&sort=name.en%20desc&limit=500';

			return forever(16, () => send(port, agent, 'GET', path, { authorization: `Bearer ${visitor}` }));
		},
	},
	bodies: {
		what: '60 × an upload of 16 MB without a token',
		run: ({ port }) => forever(60, () => new Promise((resolve) => {
			const socket = connect(port, '127.0.0.1');
			const chunk = Buffer.alloc(64 * 1024, 0x20);
			let left = 16 * 1024 * 1024;
			const push = () => {
				while (left > 0 && socket.writable) {
					left -= chunk.length;
					if (!socket.write(chunk)) return;
				}
			};

			socket.write(`POST ${PROJECT}/me/carts HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${left}\r\n\r\n`);
			socket.on('drain', push);
			socket.on('connect', push);
			socket.on('data', () => {});
			socket.on('error', () => {});
			socket.on('end', () => socket.destroy());
			socket.on('close', () => setTimeout(resolve, 5));
		})),
	},
	projects: {
		what: '8 × a new project by anyone',
		run: ({ port }) => {
			const agent = agentOf(8);
			let count = 0;

			return forever(8, () => send(port, agent, 'POST', `/oauth/p-${process.pid}-${count += 1}/anonymous/token`, {
				authorization: basic('anybody'), type: 'application/x-www-form-urlencoded',
				body: form({ grant_type: 'client_credentials' }),
			}));
		},
	},
	passwords: {
		what: '16 × a wrong password, another account each',
		run: ({ port }) => {
			const agent = agentOf(16);
			let count = 0;

			return forever(16, () => send(port, agent, 'POST', '/oauth/demo/customers/token', {
				authorization: basic('storefront'), type: 'application/x-www-form-urlencoded',
				body: form({ grant_type: 'password', username: `nobody-${count += 1}@example.org`, password: 'guess' }),
			}));
		},
	},
	profiles: {
		what: '4 × a small update of the largest profile there may be',
		run: ({ port, large }) => {
			const agent = agentOf(4);
			let version = 1;

			return forever(4, async () => {
				const answer = await send(port, agent, 'POST', `${PROJECT}/me`, {
					authorization: `Bearer ${large}`,
					json: { version, actions: [{ action: 'setFirstName', firstName: String(Math.random()) }] },
				});

				version = JSON.parse(answer.text || '{}').errors?.[0].currentVersion ?? version + 1;
			});
		},
	},
	drips: {
		what: '400 × a request that arrives a byte a second',
		run: ({ port }) => forever(400, () => new Promise((resolve) => {
			const socket = connect(port, '127.0.0.1', () => socket.write('GET /demo/me HTTP/1.1\r\nX-A: '));
			const timer = setInterval(() => socket.write('a'), 1000);

			socket.on('data', () => {});
			socket.on('error', () => {});
			socket.on('close', () => { clearInterval(timer); setTimeout(resolve, 50); });
		})),
	},
	log: { what: 'a log that nobody reads, and 8 × an unknown path', unread: true,
		run: ({ port }) => {
			const agent = agentOf(8);

			return forever(8, () => send(port, agent, 'GET', '/demo/nowhere'));
		},
	},
};

/* ---- The rows ---------------------------------------------------------------------------------------------------- */

function child(...words) {
	const started = spawn(process.execPath, [SELF, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
	let out = '';

	started.stdout.on('data', (data) => { out += data; });
	started.ended = new Promise((resolve) => { started.on('close', () => resolve(out)); });
	return started;
}

function walBytes(server) {
	try {
		return statSync(`${server.db}-wal`).size;
	} catch {
		return 0;
	}
}

/* The largest of what is looked at while a promise is pending. */
async function largest(promise, look) {
	let most = look(), pending = true;
	const done = promise.finally(() => { pending = false; });

	while (pending) {
		await Promise.race([done, sleep(100)]);
		most = Math.max(most, look());
	}
	return most;
}

/* A customer with as many addresses as one may have, a hundred at a time. */
async function growProfile(server, person, ask) {
	const streetName = 'x'.repeat(200);

	for (let i = 0, version = 1; i < 20; i += 1) {
		const actions = Array.from({ length: 100 }, (_, j) =>
			({ action: 'addAddress', address: { country: 'DE', key: `a-${i}-${j}`, streetName } }));

		try {
			({ version } = await ask(server, 'POST', `${PROJECT}/me`, `Bearer ${person.token}`,
				JSON.stringify({ version, actions })));
		} catch {
			return; /* that many there may be, and no more */
		}
	}
}

/* What the attacks need: people, large carts, a large profile. */
async function furnish(server, { ask, token, backendToken }) {
	const backend = await backendToken(server);
	const create = (place, draft) =>
		ask(server, 'POST', `${PROJECT}/${place}`, `Bearer ${backend}`, JSON.stringify(draft));
	const signIn = (email) => token(server, '/oauth/demo/customers/token', 'storefront',
		form({ grant_type: 'password', username: email, password: PASSWORD }));
	const people = [];

	for (let i = 0; i <= PEOPLE; i += 1) {
		const email = `honest-${i}@example.org`;

		await create('customers', { email, password: PASSWORD });
		people.push({ email, version: 1, token: await signIn(email) });
	}
	const customLineItems = Array.from({ length: LINES }, (_, i) => ({
		name: { en: `line ${i}` }, slug: `line-${i}`, quantity: 1, money: { currencyCode: 'EUR', centAmount: i },
	}));

	for (let i = 0; i < CARTS; i += 1) await create('carts', { currency: 'EUR', taxMode: 'Disabled', customLineItems });
	const large = people.pop();

	await growProfile(server, large, ask);
	return {
		port: server.port, backend, people, large: large.token,
		visitor: await token(server, '/oauth/demo/anonymous/token', 'storefront',
			form({ grant_type: 'client_credentials' })),
	};
}

async function honestBeside(name, server, context, seconds, residentBytes) {
	const attack = name && child('attack', name, JSON.stringify(context));

	try {
		if (attack) await sleep(1000);
		const watching = child('honest', JSON.stringify({ ...context, seconds }));
		let resident = 0;
		const wal = await largest(watching.ended, () => {
			resident = Math.max(resident, residentBytes(server));
			return walBytes(server);
		});

		return { ...JSON.parse(await watching.ended), resident, wal };
	} finally {
		attack?.kill('SIGKILL');
	}
}

function rowsOf(name, alone, beside) {
	const row = (what, show, ours, baseline, aim, met) => ({
		figure: `${ATTACKS[name].what}: ${what}`, ours: show(ours), baseline: show(baseline),
		ratio: baseline ? (ours / baseline).toFixed(2) : '–', aim, met, samples: [ours],
	});
	const ms = (value) => `${value.toFixed(1)} ms`;
	const perSecond = (value) => `${value.toFixed(1)}/s`;
	const megabytes = (value) => `${(value / 1e6).toFixed(0)} MB`;

	return [
		row('`GET /me`, p99', ms, beside.get_p99_ms, alone.get_p99_ms, '≤ 50 ms', beside.get_p99_ms <= 50),
		row('sign-ins', perSecond, beside.sign_ins, alone.sign_ins, '≥ 0.50', beside.sign_ins >= 0.5 * alone.sign_ins),
		row('an update, p99', ms, beside.update_p99_ms, alone.update_p99_ms, '≤ 100 ms', beside.update_p99_ms <= 100),
		row('refused, of the honest', String, beside.refused, alone.refused, '0', beside.refused === 0),
		row('resident memory', megabytes, beside.resident, alone.resident, '≤ 512 MB', beside.resident <= 512e6),
		row('write-ahead log', megabytes, beside.wal, alone.wal, '≤ 64 MB', beside.wal <= 64 * 1024 * 1024),
	];
}

async function measure(name, server, bench) {
	const context = await furnish(server, bench);
	const alone = await honestBeside(undefined, server, context, bench.seconds, bench.residentBytes);

	for (const person of context.people) {
		const me = await send(server.port, undefined, 'GET', `${PROJECT}/me`,
			{ authorization: `Bearer ${person.token}` });

		person.version = JSON.parse(me.text || '{}').version;
	}
	return rowsOf(name, alone, await honestBeside(name, server, context, bench.seconds, bench.residentBytes));
}

/* Rows of each attack, on a server of its own: alone, and beside it. `bench`: what bench.mjs lends. */
export async function hostileRows(bench) {
	const chosen = process.env.BENCH_ATTACKS?.split(',') ?? Object.keys(ATTACKS);
	const rows = [];

	for (const [name, { what, unread }] of Object.entries(ATTACKS).filter(([each]) => chosen.includes(each))) {
		const server = await bench.serveFile(`hostile-${name}`, unread ? 'text' : 'off');

		try {
			rows.push(...await measure(name, server, bench));
		} catch (problem) {
			rows.push({ figure: what, ours: problem.message, baseline: '–', ratio: '–', aim: '–', met: false });
		} finally {
			await bench.stop(server);
		}
	}
	return rows;
}

if (process.argv[1] === SELF) {
	const [what, ...words] = process.argv.slice(2);

	if (what === 'honest') console.log(JSON.stringify(await honest(JSON.parse(words[0]))));
	else await ATTACKS[words[0]].run(JSON.parse(words[1]));
}
