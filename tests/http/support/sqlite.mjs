/* Database files made from bytes, for what the server must not touch. See "Database File Format" on sqlite.org. */

import { spawnSync } from 'node:child_process';

const PAGE_BYTES = 4096;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

function leafPage(page, headerAt, cells) {
  page[headerAt] = 0x0d;
  page.writeUInt16BE(cells.length, headerAt + 3);
  let end = PAGE_BYTES;

  cells.forEach((cell, index) => {
    end -= cell.length;
    cell.copy(page, end);
    page.writeUInt16BE(end, headerAt + 8 + 2 * index);
  });
  page.writeUInt16BE(end, headerAt + 5);
}

/* The row of sqlite_schema for one table; short enough for one-byte varints. */
function schemaCell(name, rootPage, sql) {
  const text = [`table`, name, name].map((value) => Buffer.from(value));
  const statement = Buffer.from(sql);
  const type = (bytes) => 13 + 2 * bytes.length;
  const sqlType = type(statement);
  const header = Buffer.from([
    0, type(text[0]), type(text[1]), type(text[2]), 1,
    ...(sqlType < 128 ? [sqlType] : [0x80 | (sqlType >> 7), sqlType & 0x7f]),
  ]);

  header[0] = header.length;
  const record = Buffer.concat([header, ...text, Buffer.from([rootPage]), statement]);

  return Buffer.concat([Buffer.from([record.length, 1]), record]);
}

/* The bytes of a valid database of some other program, with one empty table of its own. */
export function foreignDatabase({ applicationId = 0, userVersion = 0 } = {}) {
  const first = Buffer.alloc(PAGE_BYTES);
  const second = Buffer.alloc(PAGE_BYTES);

  first.write('SQLite format 3\0', 'latin1');
  first.writeUInt16BE(PAGE_BYTES, 16);
  first[18] = 1;
  first[19] = 1;
  first[21] = 64;
  first[22] = 32;
  first[23] = 32;
  first.writeUInt32BE(1, 24);
  first.writeUInt32BE(2, 28);
  first.writeUInt32BE(1, 40);
  first.writeUInt32BE(4, 44);
  first.writeUInt32BE(1, 56);
  first.writeUInt32BE(userVersion, USER_VERSION_AT);
  first.writeUInt32BE(applicationId, APPLICATION_ID_AT);
  first.writeUInt32BE(1, 92);
  first.writeUInt32BE(3040001, 96);
  leafPage(first, 100, [schemaCell('tracks', 2, 'CREATE TABLE tracks(a,b)')]);
  leafPage(second, 0, []);
  return Buffer.concat([first, second]);
}

export function withUserVersion(bytes, version) {
  const changed = Buffer.from(bytes);

  changed.writeUInt32BE(version, USER_VERSION_AT);
  return changed;
}

export function withApplicationId(bytes, id) {
  const changed = Buffer.from(bytes);

  changed.writeUInt32BE(id, APPLICATION_ID_AT);
  return changed;
}

/* What `PRAGMA integrity_check` says of the file, or null where there is no sqlite3 program to ask. */
export function integrityOf(file) {
  const run = spawnSync('sqlite3', ['-batch', '-readonly', file, 'PRAGMA integrity_check'], { encoding: 'utf8' });

  if (run.error) return null;
  return (run.stdout + run.stderr).trim();
}

/* Runs SQL on a database file, making it if it is not there; resolves to what the last query gives, or to null where
 * there is no sqlite3 program. */
export function runSql(file, sql) {
  const run = spawnSync('sqlite3', ['-batch', '-bail', file], { input: sql, encoding: 'utf8' });

  if (run.error) return null;
  if (run.status !== 0) throw new Error(`sqlite3: ${run.stderr}`);
  return run.stdout;
}
