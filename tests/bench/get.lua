-- For wrk: GET /demo/me with the tokens of a file, one after the other; prints a line of JSON.
-- wrk -t1 -c64 -d3s -s get.lua http://127.0.0.1:PORT -- TOKENS [REQUESTS]
--
-- REQUESTS different requests are prepared, by default one per token. Many of them slow down wrk
-- itself, so what is compared must have the same number, however many tokens there are.

local requests, last = {}, 0

function init(args)
	local tokens = {}
	for token in io.lines(args[1]) do
		tokens[#tokens + 1] = token
	end
	for i = 1, tonumber(args[2]) or #tokens do
		requests[i] = wrk.format("GET", "/demo/me", {
			Authorization = "Bearer " .. tokens[(i - 1) % #tokens + 1],
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
		'"p50_ms":%.2f,"p99_ms":%.2f}'
	print(form:format(answers, answers / seconds, errors.status, lost,
		latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
