-- These entries are done with: queue by queue.
for i = 1, num() do
  local key = queueKey(arg())
  local ids = {}
  for j = 1, num() do ids[j] = arg() end
  redis.pcall('XACK', key, GROUP, unpack(ids))
  redis.pcall('XDEL', key, unpack(ids))
end
return 1
