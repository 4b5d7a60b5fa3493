-- These entries of queues, or of the intake, are dead letters; once, however often it is sent.
local now, max = timeArg(), num()
for i = 1, num() do
  local queue, id = arg(), arg()
  local reason, detail, attempts = arg(), arg(), num()
  local key = queue == '' and P .. 'in' or queueKey(queue)
  local entry = redis.call('XRANGE', key, id, id)[1]
  if entry then
    bury(entry[2], queue == '' and 'in' or queue, reason, detail, attempts, now, max)
    if queue == '' then redis.call('XDEL', key, id) else settle(queue, {id}) end
  end
end
return 1
