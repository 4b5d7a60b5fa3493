-- These entries are done with: queue by queue.
for i = 1, num() do
  local queue = arg()
  local ids = {}
  for j = 1, num() do ids[j] = arg() end
  settle(queue, ids)
end
return 1
