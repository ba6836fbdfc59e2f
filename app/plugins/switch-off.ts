/** For a connection outside the app's pool, held to the shop. Parameters: the shop, the plugin, its fault. */
export const SWITCH_OFF = `insert into plugin_state as s (shop_id, plugin, enabled, failures, failed_at, fault, faults)
  select id, $2, false, 1, now(), $3,
    jsonb_build_object('loop', jsonb_build_object('fault', $3::text, 'at', now(), 'times', 1))
  from shop where id = $1 for key share
  on conflict (shop_id, plugin) do update
  set enabled = false, failures = s.failures + 1, failed_at = excluded.failed_at, fault = excluded.fault,
    faults = s.faults || excluded.faults`;
