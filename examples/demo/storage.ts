import { generateKeyPairSync } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What the stand-in networks remember between runs, in one SQLite file. */
export const openStorage = (file: string) => {
  const db = new DatabaseSync(file);
  db.exec(`create table if not exists artifacts(
    network text, model text, id text, payload text, expires_at real, grant_id text, uid text,
    primary key (network, model, id))`);

  const find = (sql: string, ...values: (string | number)[]): AdapterPayload | undefined => {
    const row = db.prepare(`select payload from artifacts where ${sql}`).get(...values);
    return row && (JSON.parse(String(row['payload'])) as AdapterPayload);
  };

  /** The adapter that `oidc-provider` asks for: one table for all of a network's models. */
  const adapterOf =
    (network: string) =>
    (model: string): Adapter => ({
      async upsert(id, payload, expiresIn) {
        const expiresAt = expiresIn ? Date.now() / 1000 + expiresIn : 1e12;
        db.prepare('insert or replace into artifacts values (?, ?, ?, ?, ?, ?, ?)').run(
          network,
          model,
          id,
          JSON.stringify(payload),
          expiresAt,
          payload.grantId ?? null,
          payload.uid ?? null,
        );
      },
      async find(id) {
        const where = 'network = ? and model = ? and id = ? and expires_at > ?';
        return find(where, network, model, id, Date.now() / 1000);
      },
      async findByUid(uid) {
        return find('network = ? and model = ? and uid = ?', network, model, uid);
      },
      findByUserCode: async () => undefined,
      async consume(id) {
        db.prepare(
          "update artifacts set payload = json_set(payload, '$.consumed', unixepoch()) where network = ? and model = ? and id = ?",
        ).run(network, model, id);
      },
      async destroy(id) {
        db.prepare('delete from artifacts where network = ? and model = ? and id = ?').run(
          network,
          model,
          id,
        );
      },
      async revokeByGrantId(grantId) {
        db.prepare('delete from artifacts where network = ? and grant_id = ?').run(
          network,
          grantId,
        );
      },
    });

  /** A network's signing key, made once. */
  const keyOf = (network: string): object => {
    const kept = find("network = ? and model = 'key' and id = 'key'", network);
    if (kept) return kept;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: 'jwk' }), kid: network, use: 'sig' };
    db.prepare("insert into artifacts values (?, 'key', 'key', ?, 1e12, null, null)").run(
      network,
      JSON.stringify(key),
    );
    return key;
  };

  return { adapterOf, keyOf, close: () => db.close() };
};

/** The storage that `openStorage` gives. */
export type Storage = ReturnType<typeof openStorage>;
