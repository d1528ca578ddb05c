-- Sends the calls of a file, one a line (method, path and body with tabs between), in their order and
-- over again, and prints what came of it as one line of JSON.
-- wrk -t1 ... -s wrk.lua http://127.0.0.1:3000 -- <file> [status that every answer must have]

local calls = {}
local sent = 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
    if body == "" then
      calls[#calls + 1] = wrk.format(method, path)
    else
      calls[#calls + 1] = wrk.format(method, path, { ["Content-Type"] = "application/json" }, body)
    end
  end
  local expected = tonumber(arguments[2])
  if expected then
    -- Reading answers in Lua costs the generator, so it is done only where wrk's own counter of
    -- statuses above 399 does not do.
    unexpected = 0
    response = function(status)
      if status ~= expected then unexpected = unexpected + 1 end
    end
  end
end

local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
end

function request()
  sent = sent + 1
  return calls[(sent - 1) % #calls + 1]
end

function done(summary, latency, _)
  local failed = summary.errors.status
  if threads[1]:get("unexpected") then
    failed = 0
    for _, thread in ipairs(threads) do failed = failed + thread:get("unexpected") end
  end
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"failed":%d,"broken":%d}',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed, errors.connect + errors.read + errors.write + errors.timeout))
end
