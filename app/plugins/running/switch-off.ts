// Statements for a connection outside the app's pool, such as the watchdog's. The connection is held to the shop.

/** Switches a plugin off, in one transaction. Parameters: the shop and the plugin. */
export const SWITCH_OFF = [
  `insert into plugin as p (shop_id, name, enabled, version) select id, $2, false, 1 from shop where id = $1 for key share
   on conflict (shop_id, name) do update set enabled = excluded.enabled, version = p.version + 1`,
  `insert into audit (shop_id, at, actor, subject_kind, subject_id, action, version)
   select shop_id, now(), 'worker', 'plugin', name, 'switched off', version from plugin where shop_id = $1 and name = $2`,
];

/** Marks a plugin that looped. Parameters: the shop, the plugin and the fault. */
export const MARK_LOOP = `insert into plugin_health as h (shop_id, plugin, failures, failed_at, fault, faults)
  select id, $2, 1, now(), $3,
    jsonb_build_object('loop', jsonb_build_object('fault', $3::text, 'at', now(), 'times', 1))
  from shop where id = $1 for key share
  on conflict (shop_id, plugin) do update
  set failures = h.failures + 1, failed_at = excluded.failed_at, fault = excluded.fault,
    faults = h.faults || excluded.faults`;
