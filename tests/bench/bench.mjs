/* Measures standin beside bare programs of the same kind, in turns, and prints one table.
 *
 * Run by scripts/bench, which builds everything first. A figure is an entry of FIGURES: a function
 * that returns rows. One that fails leaves a note with the reason, and the next one runs. No speed,
 * however low, is a failure. Progress goes to stderr, the table to stdout, all samples to
 * build/bench/results.json. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { hostileRows } from './hostile.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BUILD = path.join(HERE, '../../build');
const STANDIN = path.join(BUILD, 'release/standin');
const SYNC_COUNTER = path.join(BUILD, 'release/bench/libcount_syncs.so');
const DEMO = path.join(HERE, '../../src/seed/demo.json');
const RESULTS = path.join(BUILD, 'bench/results.json');

const CONNECTIONS = 64;
const SIGN_IN_CONNECTIONS = 16; /* enough for every core, below the bound of the hash queue */
const OPEN_CONNECTIONS = 1000;
const GROUP_ROWS = 64; /* no group of 64 connections that wait for their answers can be larger */
const CUSTOMERS = 100;
const SHOPPER = { email: 'bench-template@example.org', password: 'bench-password' };
const SCANS = 5; /* in a row, per round */
const BUDGET_S = 600;

const CART_LINES = 20;
const SMALL_CART_LINES = 3;

const FULL = {
	rounds: 5, hashRounds: 3, seconds: 3, stored: 100_000, million: 1_000_000, starts: 10,
	visitors: 500, shoppers: 10_000, products: 100_000, hostileSeconds: 10,
};
const QUICK = {
	rounds: 2, hashRounds: 1, seconds: 1, stored: 10_000, million: 100_000, starts: 3,
	visitors: 100, shoppers: 1000, products: 10_000, hostileSeconds: 3,
};

const FIGURES = {
	get: figureGet,
	'get-stored': figureGetStored,
	where: figureWhere,
	'where-million': figureWhereMillion,
	update: figureUpdate,
	token: figureToken,
	'sign-in': figureSignIn,
	'add-line-item': figureAddLineItem,
	'sign-in-merge': figureSignInMerge,
	'active-cart': figureActiveCart,
	search: figureSearch,
	start: figureStart,
	'start-seed': figureStartSeed,
	memory: figureMemory,
	size: figureSize,
	hostile: figureHostile,
};

const { plan, only } = options(process.argv.slice(2));
const started = Date.now();
const notes = [];
const processes = new Set();
/* Below build, not in /tmp: that may be memory, where a sync costs nothing. */
mkdirSync(path.dirname(RESULTS), { recursive: true });
const directory = mkdtempSync(path.join(path.dirname(RESULTS), 'run-'));

function options(words) {
	const names = [];
	let quick = false, naming = false;

	for (const word of words) {
		if (word === '--quick') quick = true;
		else if (word === '--only') naming = true;
		else if (naming && word in FIGURES) names.push(word);
		else usage(`unknown: ${word}`);
	}
	if (naming && names.length === 0) usage('--only needs a name');
	return {
		plan: { ...(quick ? QUICK : FULL), quick },
		only: naming ? names : Object.keys(FIGURES),
	};
}

function usage(problem) {
	console.error(`bench: ${problem}\nusage: scripts/bench [--quick] [--only NAME...]`);
	console.error(`names: ${Object.keys(FIGURES).join(' ')}`);
	process.exit(2);
}

/* Processes */

/* A user's settings must not change what is measured. */
function environment() {
	const foreign = ([name]) => !/^(STANDIN_.*|PORT)$/.test(name);
	return Object.fromEntries(Object.entries(process.env).filter(foreign));
}

/* Starts a program. `line` is its first line of output, `ended` its end: { status, out, error }. */
function start(command, args, more = {}) {
	const child = spawn(command, args, { cwd: directory, env: { ...environment(), ...more } });
	const process_ = { child, pid: child.pid };
	let out = '', error = '';

	processes.add(process_);
	child.stdin.on('error', () => {});
	child.stderr.on('data', (data) => { error = (error + data).slice(-2000); });
	process_.ended = new Promise((resolve) => {
		const end = (status) => resolve({ status, out, error });

		child.on('error', (problem) => { error = problem.message; end(-1); });
		child.on('close', (code, signal) => end(signal ?? code));
	}).finally(() => processes.delete(process_));
	process_.line = new Promise((resolve) => {
		child.stdout.on('data', (data) => {
			out += data;
			if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')));
		});
	});
	return process_;
}

async function within(seconds, what, promise) {
	const stop = new AbortController();
	const late = sleep(seconds * 1000, undefined, { signal: stop.signal })
		.then(() => { throw new Error(`${what}: nothing after ${seconds} s`); });

	late.catch(() => {});
	try {
		return await Promise.race([promise, late]);
	} finally {
		stop.abort();
	}
}

async function firstLine(process_, what) {
	const early = process_.ended.then(({ status, error }) => {
		throw new Error(`${what} ended (${status}): ${error.trim() || 'without a word'}`);
	});

	early.catch(() => {});
	return within(15, what, Promise.race([process_.line, early]));
}

/* Runs a program to its end and returns its last line of output as JSON. */
async function run(command, args, seconds = 60) {
	const process_ = start(command, args);
	const what = path.basename(command);

	try {
		const { status, out, error } = await within(seconds, what, process_.ended);
		if (status !== 0) throw new Error(`${what} ended (${status}): ${error.trim()}`);
		if (error) note(`${what} ${args[0] ?? ''}: ${error.trim().split('\n')[0]}`);
		return out.trim() && JSON.parse(out.trim().split('\n').pop());
	} finally {
		kill(process_);
	}
}

function kill({ child }) {
	if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

function program(name, ...args) {
	return run(path.join(BUILD, 'release/bench', name), args.map(String), 300);
}

/* Servers */

async function serve(db, { cost = 'min', syncs, log = 'off' } = {}) {
	const counting = syncs ? { LD_PRELOAD: SYNC_COUNTER, COUNT_SYNCS: syncs } : {};
	const server = start(STANDIN, serverArguments(db, cost, log), counting);
	const line = await firstLine(server, 'standin');

	server.port = Number(/^standin ready http:\/\/[^ /]+:(\d+)/.exec(line)?.[1]);
	if (!server.port) throw new Error(`not a ready line: ${line}`);
	return server;
}

/* Every start gets another port. Were the addresses of pictures to name it, each would rewrite all
 * products and carts in the file. */
function serverArguments(db, cost = 'min', log = 'off') {
	return ['serve', '--port', '0', '--public-url', 'http://localhost:8989', '--db', db,
		'--password-cost', cost, '--log', log];
}

async function serveBare(bytes) {
	const server = start(path.join(BUILD, 'release/bench/bare_http'), [String(bytes)]);

	server.port = Number(await firstLine(server, 'bare_http'));
	return server;
}

async function stop(server) {
	server.child.stdin.end();
	try {
		process.kill(server.pid, 'SIGTERM');
	} catch { /* it has ended already */ }
	await within(15, 'stopping', server.ended).catch((problem) => note(problem.message));
	kill(server);
}

async function stopAll() {
	for (const each of processes) kill(each);
	while (processes.size > 0) await sleep(20);
}

async function ask(server, method, place, authorization, body, type = 'application/json') {
	const answer = await fetch(`http://127.0.0.1:${server.port}${place}`, {
		method, body,
		headers: {
			Authorization: authorization, Connection: 'close',
			...(body && { 'Content-Type': type }),
		},
	});
	const text_ = await answer.text();

	if (!answer.ok) throw new Error(`${method} ${place}: ${answer.status} ${text_}`);
	return JSON.parse(text_);
}

async function token(server, place, client, form) {
	const credentials = Buffer.from(`${client}:${client}-secret`).toString('base64');
	const body = await ask(server, 'POST', place, `Basic ${credentials}`, form,
		'application/x-www-form-urlencoded');

	return body.access_token;
}

function backendToken(server) {
	return token(server, '/oauth/token', 'backend', 'grant_type=client_credentials');
}

/* Stores customers by the server's own API. Returns the file that has a token of each. */
async function seed(server, name, customers = CUSTOMERS, connections = CONNECTIONS) {
	const file = path.join(directory, `${name}.tokens`);

	await program('load', 'seed', '--port', server.port, '--token', await backendToken(server),
		'--count', customers, '--connections', connections, '--tokens', file);
	return file;
}

/* A server on a file of its own, with customers. */
async function serveSeeded(name, { customers, connections, ...how } = {}) {
	const db = path.join(directory, `${name}.db`);
	const server = await serve(db, how);

	server.db = db;
	server.tokens = await seed(server, name, customers, connections);
	return server;
}

function firstToken(server) {
	return text(server.tokens).split('\n')[0];
}

async function profileBytes(server) {
	const profile = await ask(server, 'GET', '/demo/me', `Bearer ${firstToken(server)}`);

	return Buffer.byteLength(JSON.stringify(profile)); /* which is how the server writes it */
}

/* A customer with all that one has in a shop, by the API; `fill` makes copies of it. */
async function createShopper(server, authorization) {
	const create = (place, draft) =>
		ask(server, 'POST', `/demo/${place}`, authorization, JSON.stringify(draft));
	const field = (name, type) => ({ name, type: { name: type }, label: { en: name }, required: false });
	const address = (key, city, street) => ({
		key, firstName: 'Augusta', lastName: 'Lovelace', streetName: street,
		streetNumber: '17', postalCode: '10115', city, country: 'DE',
	});

	await create('types', {
		key: 'shopper', name: { en: 'Shopper' }, resourceTypeIds: ['customer'],
		fieldDefinitions: [field('shoeSize', 'Number'), field('newsletter', 'Boolean'),
			field('favourite', 'String')],
	});
	await create('customer-groups', { key: 'gold', groupName: 'Gold' });
	const { customer } = await create('customers', {
		...SHOPPER, customerNumber: 'N-template', firstName: 'Augusta-T', lastName: 'Lovelace',
		companyName: 'Engines', dateOfBirth: '1815-12-10',
		addresses: [address('home', 'Berlin-T', 'Hauptstrasse'),
			address('work', 'Potsdam', 'Am Neuen Palais')],
		defaultShippingAddress: 0, defaultBillingAddress: 1,
		customerGroup: { typeId: 'customer-group', key: 'gold' },
		custom: { type: { typeId: 'type', key: 'shopper' },
			fields: { shoeSize: 42, newsletter: true, favourite: 'analytical engines' } },
	});
	return customer;
}

/* Makes many copies of a resource in a database file. What is left to be written would make the start
 * of the server wait, so it is written before that. */
async function fill(db, count, kind, id) {
	const samples = await program('fill', db, count, kind, id);

	spawnSync('sync');
	return samples;
}

/* A server on a file with many customers like those of a shop. */
async function serveShop(name, customers) {
	const db = path.join(directory, `${name}.db`);
	const first = await serve(db);
	const backend = await backendToken(first);
	const shopper = await createShopper(first, `Bearer ${backend}`);
	const mine = await token(first, '/oauth/demo/customers/token', 'storefront',
		`grant_type=password&username=${SHOPPER.email}&password=${SHOPPER.password}`);

	await stop(first);
	const before = Date.now();
	const samples = await fill(db, customers, 'customer', shopper.id);
	note(`${grouped(customers)} customers of ${Buffer.byteLength(JSON.stringify(shopper))} bytes: ` +
		`${(statSync(db).size / 1e6).toFixed(0)} MB, copied in ` +
		`${((Date.now() - before) / 1000).toFixed(0)} s.`);
	return Object.assign(await serve(db), { db, customers, backend, mine, samples });
}

/* Measuring */

function text(file) {
	return readFileSync(file, 'utf8');
}

function cpuSeconds(pid) {
	const fields = text(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ');
	return (Number(fields[11]) + Number(fields[12])) / 100; /* USER_HZ is 100 everywhere */
}

function residentBytes(server) {
	return Number(/VmRSS:\s+(\d+)/.exec(text(`/proc/${server.pid}/status`))[1]) * 1024;
}

function syncsSeen(file) {
	return Number(readFileSync(file).readBigUInt64LE());
}

async function wrk(server, tokens, { seconds = plan.seconds, requests } = {}) {
	const cpu = cpuSeconds(server.pid);
	const result = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s',
		path.join(HERE, 'get.lua'), `http://127.0.0.1:${server.port}`, '--', tokens,
		...(requests ? [String(requests)] : [])]);

	complain('GET /me', result);
	result.cpu_us = (cpuSeconds(server.pid) - cpu) * 1e6 / result.answers;
	return result;
}

async function load(scenario, server, ...args) {
	const result = await program('load', scenario, '--port', server.port, ...args);

	complain(scenario, result);
	return result;
}

function complain(what, { answers, refused, lost }) {
	if (!answers) throw new Error(`${what}: no good answer, ${refused} refused, ${lost} lost`);
	if (refused + lost > 0) note(`${what}: ${refused} refusals, ${lost} lost connections.`);
}

/* Does all of `turns` in every round, backwards in every second one, and returns the results of
 * each: { name: [result, ...] }. Stops early when the time is over. */
async function rounds(count, turns) {
	const results = Object.fromEntries(Object.keys(turns).map((name) => [name, []]));

	for (let round = 0; round < count && (round === 0 || secondsLeft() > 0); round++) {
		const order = Object.keys(turns);
		for (const name of round % 2 ? order.reverse() : order) {
			results[name].push(await turns[name]());
			progress('.');
		}
	}
	return results;
}

function secondsLeft() {
	return BUDGET_S - (Date.now() - started) / 1000;
}

function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;

	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function medianOf(results, member) {
	return median(results.map((result) => result[member]));
}

/* Rows */

function rate(value) {
	return `${grouped(value, value < 1000 ? 1 : 0)}/s`;
}

function grouped(value, digits = 0) {
	return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

/* A row that compares two rates. */
function comparison(figure, ours, baseline, least) {
	const a = medianOf(ours, 'per_second'), b = medianOf(baseline, 'per_second');

	return {
		figure, ours: rate(a), baseline: rate(b), ratio: (a / b).toFixed(2),
		aim: `≥ ${least.toFixed(2)}`, met: a / b >= least, samples: { ours, baseline },
	};
}

/* A row that compares how long two requests take, of the same connections. */
function latency(figure, ours, baseline, most) {
	const a = medianOf(ours, 'p50_ms'), b = medianOf(baseline, 'p50_ms');

	return {
		figure, ours: `${a.toFixed(2)} ms`, baseline: `${b.toFixed(2)} ms`,
		ratio: (a / b).toFixed(2), aim: `≤ ${most.toFixed(2)}`, met: a / b <= most,
		samples: { ours, baseline },
	};
}

/* A row that must not exceed a limit. */
function limit(figure, value, most, show, unit, samples = [value]) {
	return {
		figure, ours: show(value), baseline: '–', ratio: '–',
		aim: `≤ ${most} ${unit}`.trim(), met: value <= most, samples,
	};
}

function note(sentence) {
	if (!notes.includes(sentence)) notes.push(sentence);
}

function progress(words) {
	process.stderr.write(words);
}

/* The figures */

async function figureGet() {
	const server = await serveSeeded('get');
	const bare = await serveBare(await profileBytes(server));
	const one = path.join(directory, 'one.tokens');

	writeFileSync(one, `${firstToken(server)}\n`);
	for (const each of [bare, server]) await wrk(each, server.tokens, { seconds: 1 });
	const results = await rounds(plan.rounds, {
		bare: () => wrk(bare, server.tokens),
		one: () => wrk(server, one),
		hundred: () => wrk(server, server.tokens),
	});
	const cpu = (name) => `${medianOf(results[name], 'cpu_us').toFixed(1)} µs`;
	const p99 = (name) => `${medianOf(results[name], 'p99_ms').toFixed(1)} ms`;
	note(`GET /me: server CPU per request ${cpu('hundred')} (bare ${cpu('bare')}), ` +
		`p99 at full load ${p99('hundred')} (bare ${p99('bare')}).`);
	return [
		comparison('`GET /me`, keep-alive, 64 connections, one customer', results.one,
			results.bare, 0.8),
		comparison(`\`GET /me\`, the same, ${CUSTOMERS} customers in turn`, results.hundred,
			results.bare, 0.8),
	];
}

async function figureGetStored() {
	const few = await serveSeeded('few');
	const before = Date.now();
	const many = await serveSeeded('many', { customers: plan.stored });
	const seconds = (Date.now() - before) / 1000;
	const get = (server) => wrk(server, server.tokens, { requests: plan.stored });

	note(`${grouped(plan.stored)} customers and as many sign-ins were stored in ` +
		`${seconds.toFixed(0)} s, ${(statSync(many.db).size / 1e6).toFixed(0)} MB.`);
	for (const each of [few, many]) await get(each);
	const results = await rounds(plan.rounds, { few: () => get(few), many: () => get(many) });

	await stop(many);
	return [comparison(
		`\`GET /me\`, the same, ${grouped(plan.stored)} customers, against ${CUSTOMERS}`,
		results.many, results.few, 0.9)];
}

/* What `GET /customers` is asked, as files of lines for get.lua. */
function shopRequests(server) {
	const customers = '/demo/customers';
	const where = (predicate) => `${customers}?where=${encodeURIComponent(predicate)}`;
	const file = (name, paths) => {
		const lines = path.join(directory, `${path.basename(server.db)}.${name}.lines`);

		writeFileSync(lines, paths.map((each) => `${server.backend} ${each}\n`).join(''));
		return lines;
	};
	const mixed = server.samples.map((_, i) => server.samples[(i * 7919) % server.samples.length]);
	const twenty = (i) => [...Array(20).keys()].map((k) => mixed[(i + k) % mixed.length][0]);

	return {
		byId: file('id', mixed.map(([id]) => `${customers}/${id}`)),
		byEmail: file('email', mixed.map(([, email]) => where(`email="${email}"`))),
		byIds: file('ids', mixed.map((_, i) => where(`id in ("${twenty(i).join('","')}")`))),
	};
}

/* Searches that no index helps with, one after the other. */
async function scanAll(server) {
	const predicate = 'firstName="Augusta-07" and addresses(city="Berlin-42")';
	const place = `/demo/customers?where=${encodeURIComponent(predicate)}`;
	const cpu = cpuSeconds(server.pid), before = Date.now();

	for (let i = 0; i < SCANS; i++) {
		const { total } = await ask(server, 'GET', place, `Bearer ${server.backend}`);

		if (total !== server.customers / 10_000) throw new Error(`a search found ${total}`);
	}
	return {
		ms: (Date.now() - before) / SCANS,
		per_second: SCANS * server.customers / (cpuSeconds(server.pid) - cpu),
	};
}

async function figureWhere() {
	const server = await serveShop('shop', plan.stored);
	const asked = shopRequests(server);
	const five = 'email is defined and firstName="Augusta-T" and addresses(city="Berlin-T") ' +
		'and isEmailVerified=false and custom(fields(shoeSize > 40))';
	const me = path.join(directory, 'shop.me.lines'), meWhere = `${me}.where`;

	writeFileSync(me, `${server.mine}\n`);
	writeFileSync(meWhere, `${server.mine} /demo/me?where=${encodeURIComponent(five)}\n`);
	for (const each of Object.values(asked)) await wrk(server, each, { seconds: 1 });
	const results = await rounds(plan.rounds, {
		byId: () => wrk(server, asked.byId),
		byEmail: () => wrk(server, asked.byEmail),
		byIds: () => wrk(server, asked.byIds),
		scan: () => scanAll(server),
		me: () => wrk(server, me),
		meWhere: () => wrk(server, meWhere),
	});
	const scans = medianOf(results.scan, 'per_second');
	const cpu = (name) => `${medianOf(results[name], 'cpu_us').toFixed(1)} µs`;
	note(`Server CPU per request: customer by id ${cpu('byId')}, by e-mail ${cpu('byEmail')}, ` +
		`20 by id ${cpu('byIds')}, GET /me ${cpu('me')}, with a predicate ${cpu('meWhere')}; ` +
		`a search through all took ${medianOf(results.scan, 'ms').toFixed(0)} ms.`);
	return [
		latency('`GET /customers?where=email="…"`, p50, against `GET /customers/{id}`',
			results.byEmail, results.byId, 2),
		latency('`GET /customers?where=id in (…20…)`, p50, against the same',
			results.byIds, results.byId, 2),
		{
			figure: 'customers a search without an index looks at, per core',
			ours: rate(scans), baseline: '–', ratio: '–', aim: '≥ 200 000/s',
			met: scans >= 200_000, samples: results.scan,
		},
		comparison('`GET /me?where=…`, five conditions, against `GET /me`', results.meWhere,
			results.me, 0.8),
	];
}

async function figureWhereMillion() {
	const few = await serveShop('shop-few', plan.stored);
	const many = await serveShop('shop-many', plan.million);
	const asked = { few: shopRequests(few), many: shopRequests(many) };
	const turn = (server, which) => () => wrk(server, which);

	for (const which of ['byEmail', 'byIds']) {
		await wrk(few, asked.few[which], { seconds: 1 });
		await wrk(many, asked.many[which], { seconds: 1 });
	}
	const results = await rounds(plan.rounds, {
		fewByEmail: turn(few, asked.few.byEmail), manyByEmail: turn(many, asked.many.byEmail),
		fewByIds: turn(few, asked.few.byIds), manyByIds: turn(many, asked.many.byIds),
	});
	const against = `of ${grouped(plan.million)} customers, p50, against ${grouped(plan.stored)}`;

	return [
		latency(`\`where=email="…"\` ${against}`, results.manyByEmail, results.fewByEmail, 1.2),
		latency(`\`where=id in (…20…)\` ${against}`, results.manyByIds, results.fewByIds, 1.2),
	];
}

function bareSqlite(mode, group = GROUP_ROWS, bytes = 1024) {
	const file = path.join(directory, 'bare.db');

	for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
	return program('bare_sqlite', mode, file, plan.seconds, group, bytes);
}

/* Acknowledged requests and syncs of a run with a library in between that counts them. */
async function countSyncs(scenario) {
	const file = path.join(directory, `${scenario}.syncs`);
	const server = await serveSeeded(`${scenario}-counted`, { syncs: file });
	const before = syncsSeen(file);
	const { acknowledged } = await load(scenario, server, '--tokens', server.tokens,
		'--warmup', 0, '--seconds', 2);
	const syncs = syncsSeen(file) - before;

	await stop(server);
	return { acknowledged, syncs, each: syncs / acknowledged };
}

/* A durable scenario against bare commits; `figures` are the names of the two rows. */
async function durable(scenario, figures, least) {
	const server = await serveSeeded(scenario);
	const bytes = await profileBytes(server);
	const results = await rounds(plan.rounds, {
		bare: () => bareSqlite(scenario, GROUP_ROWS, bytes),
		ours: () => load(scenario, server, '--tokens', server.tokens,
			'--seconds', plan.seconds),
	});

	await stop(server);
	const rows = [comparison(figures[0], results.ours, results.bare, least)];
	const counted = await countSyncs(scenario);
	const group = Math.min(GROUP_ROWS, Math.max(1, Math.round(1 / counted.each)));
	const same = await bareSqlite(scenario, group, bytes);
	const latency = (name) => `${medianOf(results.ours, name).toFixed(1)} ms`;
	note(`${figures[0]}: p50 ${latency('p50_ms')}, p99 ${latency('p99_ms')}; ` +
		`bare commits of ${group} rows, as many as ours had, reach ${rate(same.per_second)}, a ratio of ` +
		`${(medianOf(results.ours, 'per_second') / same.per_second).toFixed(2)}.`);
	if (figures[1]) {
		const show = (value) => value.toFixed(3);
		const row = limit(figures[1], counted.each, 0.15, show, '', counted);
		rows.push({ ...row, baseline: medianOf(results.bare, 'syncs_per_row').toFixed(3) });
	}
	return rows;
}

function figureUpdate() {
	return durable('update', ['`POST /me`, one setter, durable, 64 connections',
		'fsyncs per acknowledged update'], 0.5);
}

function figureToken() {
	return durable('token', ['anonymous tokens, durable, 64 connections'], 0.6);
}

async function figureSignIn() {
	const server = await serveSeeded('sign-in',
		{ cost: 'standard', connections: SIGN_IN_CONNECTIONS });
	const seconds = Math.max(2, plan.seconds);
	/* Its measured time begins after wrk has begun and ends before wrk ends. */
	const signIn = () => load('sign-in', server, '--connections', SIGN_IN_CONNECTIONS,
		'--count', CUSTOMERS, '--warmup', 0.3, '--seconds', seconds - 0.4);
	const get = () => wrk(server, server.tokens, { seconds });
	const results = await rounds(plan.hashRounds, {
		bare: () => program('bare_hash', seconds, os.cpus().length),
		alone: signIn,
		get,
		both: () => Promise.all([signIn(), get()]),
	});
	const signInDuring = results.both.map(([result]) => result);
	const getDuring = results.both.map(([, result]) => result);

	return [
		comparison('password sign-ins, standard cost', results.alone, results.bare, 0.9),
		comparison('password sign-ins during `GET /me` at full load', signInDuring,
			results.bare, 0.9),
		comparison('`GET /me` during the sign-ins, against alone', getDuring,
			results.get, 0.8),
	];
}

/* Carts */

/* A cart of that many products of the built-in shop, taxed. Returns the draft and its last SKU. */
function cartDraft(lines) {
	const skus = JSON.parse(text(DEMO)).products.map(({ masterVariant }) => masterVariant.sku);
	const lineItems = [...Array(lines).keys()].map((i) => ({ sku: skus[i % skus.length] }));

	return {
		draft: { currency: 'EUR', country: 'DE', shippingAddress: { country: 'DE' }, lineItems },
		sku: lineItems.at(-1).sku,
	};
}

/* A server whose customers have a cart of CART_LINES lines each. */
async function serveCarts(name) {
	const server = await serveSeeded(name);
	const { draft, sku } = cartDraft(CART_LINES);

	server.draft = path.join(directory, `${name}.draft`);
	server.sku = sku;
	writeFileSync(server.draft, JSON.stringify(draft));
	for (const each of text(server.tokens).trim().split('\n'))
		server.cart = await ask(server, 'POST', '/demo/me/carts', `Bearer ${each}`,
			JSON.stringify(draft));
	if (server.cart.lineItems.length !== CART_LINES) throw new Error('not the cart that was meant');
	note(`A cart of ${CART_LINES} lines has ${grouped(Buffer.byteLength(JSON.stringify(server.cart)))} bytes.`);
	return server;
}

/* What a scenario costs beside `POST /me`: CPU of the server, each. */
async function loadWithCpu(scenario, server, ...args) {
	const cpu = cpuSeconds(server.pid);
	const result = await load(scenario, server, ...args);

	result.cpu_us = (cpuSeconds(server.pid) - cpu) * 1e6 / result.acknowledged;
	return result;
}

function updates(server) {
	return loadWithCpu('update', server, '--tokens', server.tokens, '--seconds', plan.seconds);
}

function noteCpu(what, ours, baseline) {
	note(`${what}: server CPU ${medianOf(ours, 'cpu_us').toFixed(0)} µs each, ` +
		`\`POST /me\` ${medianOf(baseline, 'cpu_us').toFixed(0)} µs; p50 ` +
		`${medianOf(ours, 'p50_ms').toFixed(1)} ms, p99 ${medianOf(ours, 'p99_ms').toFixed(1)} ms.`);
}

async function figureAddLineItem() {
	const server = await serveCarts('add-line-item');
	const results = await rounds(plan.rounds, {
		update: () => updates(server),
		add: () => loadWithCpu('add', server, '--tokens', server.tokens, '--sku', server.sku,
			'--seconds', plan.seconds),
	});
	const figure = `\`addLineItem\`, cart of ${CART_LINES} lines, durable, 64 connections, ` +
		'against `POST /me`';
	const { lineItems } = await ask(server, 'GET', '/demo/me/active-cart',
		`Bearer ${firstToken(server)}`);

	if (lineItems.length !== CART_LINES) throw new Error(`a cart has ${lineItems.length} lines now`);
	noteCpu('`addLineItem`', results.add, results.update);
	return [comparison(figure, results.add, results.update, 0.4)];
}

/* Every visitor signs in once, so each round has visitors of its own. */
async function signInsThatMerge(server, round) {
	const visitors = path.join(directory, `visitors-${round}.tokens`);

	await load('visit', server, '--count', plan.visitors, '--draft', server.draft, '--tokens', visitors);
	return loadWithCpu('merge', server, '--count', plan.visitors, '--tokens', visitors);
}

async function figureSignInMerge() {
	const server = await serveCarts('sign-in-merge');
	let round = 0;
	const results = await rounds(plan.rounds, {
		update: () => updates(server),
		merge: () => signInsThatMerge(server, round++),
	});
	const figure = `sign-ins that merge two carts of ${CART_LINES} lines, minimal cost, against \`POST /me\``;
	const { lineItems } = await ask(server, 'GET', '/demo/me/active-cart',
		`Bearer ${firstToken(server)}`);

	if (lineItems.length !== CART_LINES) throw new Error(`a cart has ${lineItems.length} lines now`);
	noteCpu('A merging sign-in', results.merge, results.update);
	return [comparison(figure, results.merge, results.update, 0.3)];
}

/* Fills the database with carts like one that the API made: the customers have one each, and nobody
 * has the others. */
async function fillCarts(server) {
	const { draft } = cartDraft(SMALL_CART_LINES);

	delete draft.shippingAddress; /* as before the checkout */
	const cart = await ask(server, 'POST', '/demo/me/carts', `Bearer ${firstToken(server)}`,
		JSON.stringify(draft));

	await stop(server);
	const before = Date.now();
	await fill(server.db, plan.million, 'cart', cart.id);
	note(`${grouped(plan.million)} carts of ${Buffer.byteLength(JSON.stringify(cart))} bytes: ` +
		`${(statSync(server.db).size / 1e6).toFixed(0)} MB, copied in ` +
		`${((Date.now() - before) / 1000).toFixed(0)} s.`);
}

async function figureActiveCart() {
	const seeded = await serveSeeded('active-cart', { customers: plan.shoppers });
	const carts = path.join(directory, 'active-cart.lines');

	await fillCarts(seeded);
	writeFileSync(carts, text(seeded.tokens).trim().split('\n')
		.map((each) => `${each} /demo/me/active-cart\n`).join(''));
	const server = await serve(seeded.db);
	for (const each of [seeded.tokens, carts]) await wrk(server, each, { seconds: 1 });
	const results = await rounds(plan.rounds, {
		me: () => wrk(server, seeded.tokens),
		cart: () => wrk(server, carts),
	});
	const cpu = (name) => `${medianOf(results[name], 'cpu_us').toFixed(1)} µs`;

	await stop(server);
	note(`GET /me/active-cart: server CPU per request ${cpu('cart')}, GET /me ${cpu('me')}.`);
	return [comparison(
		`\`GET /me/active-cart\`, ${grouped(plan.million)} carts stored, against \`GET /me\``,
		results.cart, results.me, 0.8)];
}

/* Products */

/* A product as shops have them; `fill` puts other words, brands, colours, sizes and prices in its place. */
async function createProduct(server, authorization) {
	const create = (place, draft) =>
		ask(server, 'POST', `/demo/${place}`, authorization, JSON.stringify(draft));
	const attribute = (name, type) => ({ name, label: { en: name }, type: { name: type } });
	const variant = (number, currencies, more) => ({
		sku: `bench-key-${number}`,
		prices: currencies.map((currencyCode) => ({ value: { currencyCode, centAmount: 888888 } })),
		images: [{ url: 'https://images.example.org/bench-key/front.jpg', dimensions: { w: 1400, h: 1400 } }],
		attributes: Object.entries({
			benchColour: 'bench-colour', benchBrand: 'bench-brand', benchSize: 777777, ...more,
		}).map(([name, value]) => ({ name, value })),
	});

	await create('product-types', {
		key: 'bench', name: 'Bench', description: '-',
		attributes: [attribute('benchColour', 'text'), attribute('benchBrand', 'text'),
			attribute('benchSize', 'number'), attribute('benchMaterial', 'ltext'),
			attribute('benchIsNew', 'boolean')],
	});
	const category = await create('categories', { key: 'bench', name: { en: 'Bench' }, slug: { en: 'bench' } });
	return create('products', {
		key: 'bench-key', productType: { typeId: 'product-type', key: 'bench' }, publish: true,
		name: { en: 'bench-adjective bench-noun of bench-brand', de: 'bench-adjective bench-noun von bench-brand' },
		slug: { en: 'bench-key-en', de: 'bench-key-de' },
		description: {
			en: 'A bench-adjective thing for every day, made with care in a small workshop by the sea.',
			de: 'Ein Ding für jeden Tag, mit Sorgfalt gemacht in einer kleinen Werkstatt am Meer.',
		},
		categories: [{ typeId: 'category', id: category.id }],
		masterVariant: variant(1, ['EUR', 'USD'], { benchMaterial: { en: 'wool', de: 'Wolle' }, benchIsNew: true }),
		variants: [variant(2, ['EUR'])],
	});
}

/* A server on a file with many products, of which those with a word and a size are known. */
async function serveProducts() {
	const db = path.join(directory, 'products.db');
	const first = await serve(db);
	const product = await createProduct(first, `Bearer ${await backendToken(first)}`);
	const numbers = [...Array(plan.products).keys()].map((i) => i + 1);

	await stop(first);
	await fill(db, plan.products, 'product', product.id);
	note(`${grouped(plan.products)} products of ${Buffer.byteLength(JSON.stringify(product))} bytes: ` +
		`${(statSync(db).size / 1e6).toFixed(0)} MB.`);
	const server = await serve(db);
	server.backend = await backendToken(server);
	server.others = (await ask(server, 'GET', '/demo/product-projections?limit=0',
		`Bearer ${server.backend}`)).total - plan.products;
	server.found = numbers.filter((i) => i % 60 === 7 && Math.floor(i / 13) % 40 === 14).length;
	return server;
}

/* One search after the other; how long each took, by the clock and on a core. */
async function searchAll(server, found, method, place, body) {
	const cpu = cpuSeconds(server.pid), before = Date.now();

	for (let i = 0; i < SCANS; i++) {
		const { total } = await ask(server, method, place, `Bearer ${server.backend}`, body);

		if (total !== found) throw new Error(`a search found ${total}`);
	}
	return {
		ms: (Date.now() - before) / SCANS,
		cpu_ms: (cpuSeconds(server.pid) - cpu) * 1000 / SCANS,
	};
}

async function figureSearch() {
	const server = await serveProducts();
	const word = 'noun07';
	const [brand, colour, size] =
		['Brand', 'Colour', 'Size'].map((name) => `variants.attributes.bench${name}`);
	const asked = (...parameters) => `/demo/product-projections/search?${new URLSearchParams(parameters)}`;
	const facets = [['facet', brand], ['facet', colour]];
	const distinct = (name, field) => ({ distinct: { name, field, fieldType: 'text' } });
	const query = JSON.stringify({
		query: { and: [
			{ fullText: { field: 'name', language: 'en', value: word } },
			{ exact: { field: size, fieldType: 'number', value: 44 } }] },
		facets: [distinct('brand', brand), distinct('colour', colour)],
	});
	const resident = residentBytes(server);
	const results = await rounds(plan.rounds, {
		projections: () => searchAll(server, server.found, 'GET',
			asked(['text.en', word], ['filter.query', `${size}:44`], ...facets)),
		products: () => searchAll(server, server.found, 'POST', '/demo/products/search', query),
		all: () => searchAll(server, plan.products + server.others, 'GET', asked(...facets)),
	});
	const ms = (value) => `${value.toFixed(0)} ms`;
	const row = (figure, name) =>
		limit(figure, medianOf(results[name], 'cpu_ms'), 250, ms, 'ms', results[name]);

	note(`Searches by the clock: ${ms(medianOf(results.projections, 'ms'))} and ` +
		`${ms(medianOf(results.products, 'ms'))}; two facets of all products and no text take ` +
		`${ms(medianOf(results.all, 'cpu_ms'))} of a core. Searching took ` +
		`${((residentBytes(server) - resident) / 1e6).toFixed(1)} MB more of resident memory.`);
	return [
		row(`product projection search, text, filter and two facets, ${grouped(plan.products)} products, ` +
			'of a core', 'projections'),
		row('product search, the same', 'products'),
	];
}

/* Starts */

async function starts(figure, most, prepare, arguments_ = serverArguments) {
	const samples = [];

	for (let i = 0; i < plan.starts; i++) {
		const db = await prepare(i);
		samples.push((await program('time_start', STANDIN, ...arguments_(db))).ms);
		progress('.');
	}
	const slowest = Math.max(...samples).toFixed(1);
	return limit(figure, median(samples), most, (ms) => `${ms.toFixed(1)} ms (max ${slowest})`,
		'ms', samples);
}

/* Kills a server in the middle of updates. Returns the bytes of the WAL that it leaves. */
async function killWhileWriting(db, tokens) {
	const server = await serve(db);
	const writer = start(path.join(BUILD, 'release/bench/load'),
		['update', '--port', String(server.port), '--tokens', tokens, '--seconds', '20']);

	await sleep(1000);
	process.kill(server.pid, 'SIGKILL');
	await within(10, 'kill -9', server.ended);
	kill(writer);
	await writer.ended;
	return statSync(`${db}-wal`).size;
}

async function figureStart() {
	const server = await serveSeeded('start');
	const { db, tokens } = server;
	const logs = [];

	await stop(server);
	const fresh = (i) => path.join(directory, `fresh-${i}.db`);
	const unseeded = (file) => [...serverArguments(file), '--seed', 'none'];
	const many = path.join(directory, 'many.db'); /* is there if get-stored has run */
	const existing = (customers) => `start to ready, file with ${grouped(customers)} customers`;
	const rows = [
		await starts('start to ready, fresh file', 25, fresh, unseeded),
		await starts(existing(CUSTOMERS), 25, () => db),
	];
	if (statSync(many, { throwIfNoEntry: false }))
		rows.push(await starts(existing(plan.stored), 25, () => many));
	rows.push(await starts('start to ready after kill -9 amid updates', 100, async () => {
		logs.push(await killWhileWriting(db, tokens));
		return db;
	}));
	note(`kill -9 left a write-ahead log of ${(median(logs) / 1e6).toFixed(1)} MB (median), ` +
		`${(Math.max(...logs) / 1e6).toFixed(1)} MB (largest).`);
	return rows;
}

/* With the built-in shop, which a fresh database is filled with before the ready line. */
async function figureStartSeed() {
	const seeded = (...place) =>
		['serve', '--port', '0', '--password-cost', 'min', '--log', 'off', '--seed', 'demo', ...place];

	return [
		await starts('start to ready with the built-in shop, fresh file', 50,
			(i) => path.join(directory, `seeded-${i}.db`), (db) => seeded('--db', db)),
		await starts('start to ready with the built-in shop, in memory', 50, () => null,
			() => seeded('--in-memory')),
	];
}

async function memoryOf(server, token) {
	await sleep(500);
	const idle = residentBytes(server);
	const holder = start(path.join(BUILD, 'release/bench/load'),
		['hold', '--port', server.port, '--connections', OPEN_CONNECTIONS, '--token', token,
			'--warmup', 0, '--seconds', 5].map(String));
	const { open } = JSON.parse(await firstLine(holder, 'load'));
	const held = residentBytes(server);

	if (open === 0) throw new Error('no connection got a good answer');
	holder.child.stdin.end();
	await within(10, 'load', holder.ended);
	return { idle, held, open };
}

async function figureMemory() {
	const seeded = await serveSeeded('memory');
	const bytes = await profileBytes(seeded);
	const token = firstToken(seeded);

	await stop(seeded);
	const ours = await memoryOf(await serve(seeded.db), token);
	const bare = await memoryOf(await serveBare(bytes), token);
	const megabytes = (value) => `${(value / 1e6).toFixed(1)} MB`;
	const row = (figure, what, most) => ({
		...limit(figure, ours[what] / 1e6, most, (value) => megabytes(value * 1e6), 'MB'),
		baseline: megabytes(bare[what]),
	});

	if (ours.open < OPEN_CONNECTIONS)
		note(`Only ${ours.open} of ${OPEN_CONNECTIONS} connections stayed open.`);
	return [
		row('resident memory, idle', 'idle', 12),
		row(`resident memory, ${grouped(ours.open)} open connections`, 'held', 64),
	];
}

async function figureSize() {
	const stripped = path.join(directory, 'stripped');

	await run('strip', ['-o', stripped, STANDIN]);
	return [limit('stripped binary', statSync(stripped).size / 1e3, 600,
		(value) => `${value.toFixed(0)} KB`, 'KB')];
}

/* Beside hostile traffic */

/* A server with the usual cost of passwords, whose log nobody reads if it has one. */
async function serveFile(name, log) {
	const db = path.join(directory, `${name}.db`);
	const server = await serve(db, { cost: 'standard', log });

	if (log !== 'off') server.child.stderr.removeAllListeners('data').pause();
	return Object.assign(server, { db });
}

function figureHostile() {
	return hostileRows({ serveFile, stop, ask, token, backendToken, residentBytes, seconds: plan.hostileSeconds });
}

/* All of it */

async function measure(name) {
	if (secondsLeft() <= 0) throw new Error('the time was over');
	progress(`${name} `);
	try {
		return await FIGURES[name]();
	} finally {
		await stopAll();
		progress('\n');
	}
}

function failed(name, problem) {
	return {
		figure: name, ours: 'not measured', baseline: '–', ratio: '–', aim: '–',
		error: problem.message,
	};
}

function table(rows) {
	const met = (row) => row.met === undefined ? '–' : row.met ? 'yes' : '**no**';
	const line = (...cells) => `| ${cells.join(' | ')} |`;

	return [
		line('figure', 'ours', 'baseline', 'ratio', 'aim', 'met?'),
		'|---|---|---|---|---|---|',
		...rows.map((row) =>
			line(row.figure, row.ours, row.baseline, row.ratio, row.aim, met(row))),
	].join('\n');
}

function machine() {
	return {
		cpu: os.cpus()[0].model.trim(), cores: os.cpus().length, kernel: os.release(),
		load: os.loadavg()[0],
	};
}

async function main() {
	const host = machine();
	const rows = [];

	if (host.load > 0.5)
		note(`Other work went on before (load ${host.load.toFixed(1)}): measure again.`);

	for (const name of only) {
		try {
			rows.push(...(await measure(name)).map((row) => ({ name, ...row })));
		} catch (problem) {
			rows.push({ name, ...failed(name, problem) });
			note(`${name} was not measured: ${problem.message}`);
		}
	}
	const date = new Date(started).toISOString();
	const results = { date, machine: host, plan, rows, notes };
	writeFileSync(RESULTS, JSON.stringify(results, null, '\t'));
	console.log(`${date.slice(0, 10)}, ${host.cores} cores, ${host.cpu}` +
		`${plan.quick ? ', --quick' : ''}\n`);
	console.log(`${table(rows)}\n`);
	for (const sentence of notes) console.log(`- ${sentence}`);
	return rows.some((row) => row.error) ? 1 : 0;
}

function cleanUp() {
	for (const each of processes) kill(each);
	rmSync(directory, { recursive: true, force: true });
}

process.on('exit', cleanUp);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.exitCode = await main();
