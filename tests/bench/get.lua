-- For wrk: GET with the lines of a file, one after the other; prints a line of JSON.
-- wrk -t1 -c64 -d3s -s get.lua http://127.0.0.1:PORT -- LINES [REQUESTS]
--
-- A line is a token and what it gets, /demo/me if it does not say.
-- REQUESTS different requests are prepared, by default one per line. Many of them slow down wrk
-- itself, so what is compared must have the same number, however many lines there are.

local requests, last = {}, 0

function init(args)
	local lines = {}
	for line in io.lines(args[1]) do
		lines[#lines + 1] = line
	end
	for i = 1, tonumber(args[2]) or #lines do
		local token, path = lines[(i - 1) % #lines + 1]:match("^(%S+) ?(.*)$")
		requests[i] = wrk.format("GET", path ~= "" and path or "/demo/me", {
			Authorization = "Bearer " .. token,
			["X-Request"] = string.format("%06d", i),
		})
	end
end

function request()
	last = last % #requests + 1
	return requests[last]
end

function done(summary, latency)
	local errors = summary.errors
	local seconds = summary.duration / 1e6
	local answers = summary.requests - errors.status
	local lost = errors.connect + errors.read + errors.write + errors.timeout
	local form = '{"answers":%d,"per_second":%.1f,"refused":%d,"lost":%d,' ..
		'"p50_ms":%.3f,"p99_ms":%.3f}'
	print(form:format(answers, answers / seconds, errors.status, lost,
		latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
