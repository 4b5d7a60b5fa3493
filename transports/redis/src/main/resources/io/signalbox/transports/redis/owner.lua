-- Whose a session is; empty for nobody's.
return {redis.call('HGET', P .. 'session:' .. arg(), 'owner') or ''}
