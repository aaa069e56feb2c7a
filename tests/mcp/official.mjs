// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The pps2shm authors
// official.mjs PPS2SHM locked|down: the official SDK's clients, in each revision, against the server; a
// simulated daemon is locked, or none runs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [command, world] = process.argv.slice(2);
const self = { name: 'pps2shm-test', version: '1' };
const present = (options) => [new Client(self, options), StdioClientTransport];
const clients = {
  'pinned to 2026-07-28': ['2026-07-28', () => present({ versionNegotiation: { mode: { pin: '2026-07-28' } } })],
  'free to choose': ['2026-07-28', () => present({ versionNegotiation: { mode: 'auto' } })],
  'with initialize': ['2025-11-25', () => present({})],
  'of 2025-06-18': ['2025-06-18', () => present({ supportedProtocolVersions: ['2025-06-18'] })],
  'of the older SDK': [undefined, () => [new OldClient(self), OldTransport]],
};

// status --json exits with 1 where no daemon runs.
function status() {
  try {
    return JSON.parse(execFileSync(command, ['status', '--json'], { encoding: 'utf8' }));
  } catch (error) {
    return JSON.parse(error.stdout);
  }
}

// The SDK's own check, and that it would have found a fault.
function checkSchema(tool, content) {
  const check = new AjvJsonSchemaValidator().getValidator(tool.outputSchema);
  const first = tool.outputSchema.required[0];
  assert.equal(check(content).valid, true, tool.name);
  assert.equal(check({ ...content, [first]: undefined }).valid, false);
}

// What may change at any time was told before, or is told after.
function checkStatus(before, told, after) {
  for (const key of ['state', 'alive', 'simulated', 'pps_enabled', 'shm_valid', 'healthy', 'verdict', 'advice',
    'chrony_sockets']) {
    const as = isDeepStrictEqual(told[key], after[key]) ? after : before;
    assert.deepEqual(told[key], as[key], key);
  }
  assert.equal(told.hardware_clock.source, before.hardware_clock.source);
  assert.equal(told.shm_interface.length, before.shm_interface.length);
  told.shm_interface.forEach((unit, i) => {
    const [then, later] = [before.shm_interface[i], after.shm_interface[i]];
    for (const key of ['role', 'unit', 'key', 'writable', 'error']) {
      assert.deepEqual(unit[key], then[key], key);
    }
    assert(then.written <= unit.written && unit.written <= later.written);
    // As the kernel has it: nobody has consumed it, we least of all.
    const kept = told.ntp_units.find((one) => one.unit === unit.unit);
    assert.equal(kept.problem, null);
    assert.equal(kept.sample.valid, true);
    assert.equal(unit.consumed, 0);
  });
}

async function checkLocked(call) {
  const time = await call('get_utc_time');
  assert.equal(time.source, 'simulated');
  assert.equal(time.pps_disciplined, false);
  assert.equal(time.doubt, 'the receiver is simulated');
  assert(Math.abs(Date.parse(time.utc) - time.utc_ns / 1e6) < 2);
  assert(Math.abs(time.system_clock_offset_ns) < 1e9);
  assert(time.uncertainty_ns > 0);

  const before = status();
  const told = await call('get_ntp_status');
  checkStatus(before, told, status());
  assert.equal(told.shm_interface.length, 2);

  const history = await call('get_pulse_history', { seconds: 30, samples: 2 });
  assert.equal(history.samples.length, 2);
  assert(history.summary.pps.published > 0 && history.summary.pps.published <= 30);
  assert(history.summary.states.locked > 0);

  const found = await call('diagnose');
  assert.equal(found.links.find(({ link }) => link === 'second').verdict, 'ok');
}

// On a busy machine the daemon may lose its second for a while.
async function checkLockedInTheEnd(call) {
  for (let patience = 60; ; patience -= 1) {
    try {
      return await checkLocked(call);
    } catch (error) {
      if (status().state === 'locked' || patience === 0) {
        throw error;
      }
      await sleep(2000);
    }
  }
}

async function checkDown(call, result) {
  assert.equal((await call('get_utc_time')).source, 'system_clock');
  checkStatus(status(), await call('get_ntp_status'), status());
  assert.equal((await result('get_pulse_history')).isError, true);
  await call('diagnose');
}

async function checkErrors(client, result) {
  await assert.rejects(result('set_clock'), (error) => error.code === -32602);
  const refused = await result('get_pulse_history', { seconds: 4000 });
  assert.equal(refused.isError, true);
  assert.equal(refused.content[0].text, 'seconds must be an integer from 1 to 3600');
  const stop = AbortSignal.timeout(20);
  // Ended or, where doctor was quicker, answered.
  await result('diagnose', {}, { signal: stop }).catch(() => {});
  assert.equal((await client.listTools()).tools.length, 4);
}

for (const [name, [revision, make]] of Object.entries(clients)) {
  const [client, Transport] = make();
  const transport = new Transport({ command, args: ['mcp'], stderr: 'pipe' });
  let complaints = '';
  transport.stderr.on('data', (chunk) => { complaints += chunk; });
  client.onerror = (error) => { complaints += error; };
  await client.connect(transport);
  if (revision) {
    assert.equal(client.getNegotiatedProtocolVersion(), revision);
  }
  assert.equal(client.getServerVersion().name, 'pps2shm');

  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name),
    ['get_utc_time', 'get_ntp_status', 'get_pulse_history', 'diagnose']);
  const old = client instanceof OldClient;
  const result = (tool, given = {}, options = {}) =>
    client.callTool({ name: tool, arguments: given }, ...(old ? [undefined] : []), options);
  const call = async (tool, given) => {
    const made = await result(tool, given);
    assert(!made.isError, made.content[0].text);
    assert.deepEqual(JSON.parse(made.content[0].text), made.structuredContent);
    checkSchema(tools.find((one) => one.name === tool), made.structuredContent);
    return made.structuredContent;
  };
  await (world === 'locked' ? checkLockedInTheEnd : checkDown)(call, result);
  await checkErrors(client, result);
  if (revision !== '2026-07-28') {
    await client.ping();
  }
  await Promise.all(Array.from({ length: 12 }, () => call('get_utc_time')));
  await client.close();
  assert.equal(complaints, '');
  console.log(`${world}: the client ${name}: all is well`);
}
