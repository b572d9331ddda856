using Touchline.Model;

namespace Touchline.Differential.PromQL;

/// <summary>The expressions that Prometheus' pages on querying show (basics, operators, functions, examples), and samples of what they ask for.</summary>
internal static class DocumentedQueries
{
    public static readonly string[] All =
    [
        // Basics.
        "\"this is a string\"", "'these are unescaped: \\n \\\\ \\t'", "`these are not unescaped: \\n ' \" \\t`", "23", "-2.43", "3.4e-9", "0x8f", "-Inf", "NaN", "1_000_000", ".123_456_789", "0x_53_AB_F3_82",
        "1s", "2m", "1ms", "-2h", "1h30m", "12h34m56s", "54s321ms", "http_requests_total", "http_requests_total{job=\"prometheus\",group=\"canary\"}",
        "http_requests_total{environment=~\"staging|testing|development\",method!=\"GET\"}", "http_requests_total{environment=\"\"}", "http_requests_total{replica!=\"rep-a\",replica=~\"rep.*\"}",
        "{__name__=~\".*\"}", "{job=~\".*\"}", "{job=~\".+\"}", "{job=~\".*\",method=\"GET\"}", "{__name__=~\"job:.*\"}", "{\"http_requests_total\"}", "{\"foo.bar\", label=\"x\"}", "on{}", "{__name__=\"on\"}", "http_requests_total{job=\"prometheus\"}[5m]",
        "http_requests_total offset 5m", "sum(http_requests_total{method=\"GET\"} offset 5m)", "sum(http_requests_total{method=\"GET\"}) offset 5m", "rate(http_requests_total[5m] offset 1w)", "rate(http_requests_total[5m] offset -1w)",
        "http_requests_total @ 1609746000", "sum(http_requests_total{method=\"GET\"} @ 1609746000)", "sum(http_requests_total{method=\"GET\"}) @ 1609746000", "rate(http_requests_total[5m] @ 1609746000)",
        "http_requests_total @ 1609746000 offset 5m", "http_requests_total offset 5m @ 1609746000", "http_requests_total @ start()", "rate(http_requests_total[5m] @ end())", "http_requests_total # a comment",
        "rate(http_requests_total[5m])[30m:1m]", "max_over_time(deriv(rate(distance_covered_total[5s])[30s:5s])[10m:])",
        // Operators.
        "method_code:http_errors:rate5m{code=\"500\"} / ignoring(code) method:http_requests:rate5m", "method_code:http_errors:rate5m / ignoring(code) group_left method:http_requests:rate5m",
        "sum without (instance) (http_requests_total)", "sum by (application, group) (http_requests_total)", "sum(http_requests_total)", "count_values(\"version\", build_version)", "topk(5, http_requests_total)",
        "limitk(10, http_requests_total)", "limit_ratio(0.5, http_requests_total)", "limit_ratio(-0.5, http_requests_total)", "limit_ratio(0.5, http_requests_total) or limit_ratio(-0.5, http_requests_total)",
        "quantile(0.9, http_requests_total)", "http_requests_total == http_requests_total", "-http_requests_total ^ 2", "2 ^ 3 ^ 2", "2 * 3 % 2", "1 - bool 1", "foo + bar", "foo + on(job) group_right bar", "foo and bar", "foo or bar", "foo unless bar", "foo atan2 bar", "sum(foo) by (job) > bool 1",
        // Functions.
        "absent(nonexistent{job=\"myjob\"})", "absent(nonexistent{job=\"myjob\",instance=~\".*\"})", "absent(sum(nonexistent{job=\"myjob\"}))", "absent_over_time(nonexistent{job=\"myjob\"}[1h])", "absent_over_time(nonexistent{job=\"myjob\",instance=~\".*\"}[1h])",
        "absent_over_time(sum(nonexistent{job=\"myjob\"})[1h:])", "delta(cpu_temp_celsius{host=\"zeus\"}[2h])", "histogram_avg(rate(http_request_duration_seconds[5m]))", "histogram_sum(rate(http_request_duration_seconds[5m])) / histogram_count(rate(http_request_duration_seconds[5m]))",
        "histogram_count(rate(http_request_duration_seconds[10m]))", "histogram_fraction(0, 0.2, rate(http_request_duration_seconds[1h]))", "rate(http_request_duration_seconds_bucket{le=\"0.2\"}[1h]) / ignoring (le) rate(http_request_duration_seconds_count[1h])",
        "histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[10m]))", "histogram_quantile(0.9, rate(http_request_duration_seconds[10m]))", "histogram_quantile(0.9, sum by (job, le) (rate(http_request_duration_seconds_bucket[10m])))",
        "histogram_quantile(0.9, sum by (job) (rate(http_request_duration_seconds[10m])))", "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[10m])))", "histogram_quantile(0.9, sum(rate(http_request_duration_seconds[10m])))",
        "histogram_stddev(http_request_duration_seconds)", "histogram_stdvar(http_request_duration_seconds)", "increase(http_requests_total{job=\"api-server\"}[5m])", "info(rate(http_requests_total[2m]), {k8s_cluster_name=~\".+\"})",
        "rate(http_requests_total[2m]) * on (job, instance) group_left (k8s_cluster_name) target_info", "irate(http_requests_total{job=\"api-server\"}[5m])", "label_join(up{job=\"api-server\",src1=\"a\",src2=\"b\",src3=\"c\"}, \"foo\", \",\", \"src1\", \"src2\", \"src3\")",
        "label_replace(up{job=\"api-server\",service=\"a:c\"}, \"foo\", \"$1\", \"service\", \"(.*):.*\")", "label_replace(up{job=\"api-server\",service=\"a:c\"}, \"foo\", \"$name\", \"service\", \"(?P<name>.*):(?P<version>.*)\")",
        "rate(http_requests_total{job=\"api-server\"}[5m])", "sum by (job) (rate(http_requests_total[5m]))", "day_of_week(vector(1))", "predict_linear(cpu_temp_celsius[1h], 3600)", "resets(http_requests_total[30m])", "changes(up[30m])", "round(cpu_temp_celsius, 5)", "pi()", "double_exponential_smoothing(cpu_temp_celsius[10m], 0.5, 0.5)",
        "mad_over_time(cpu_temp_celsius[10m])", "sort_by_label(http_requests_total, \"instance\")", "scalar(cpu_temp_celsius)", "vector(time())", "stddev_over_time(cpu_temp_celsius[10m])", "quantile_over_time(0.5, cpu_temp_celsius[10m])",
        // Examples.
        "http_requests_total{job=\"apiserver\", handler=\"/api/comments\"}", "http_requests_total{job=\"apiserver\", handler=\"/api/comments\"}[5m]", "http_requests_total{job=~\".*server\"}", "http_requests_total{status!~\"4..\"}",
        "sum by (job) (rate(http_requests_total[5m]))", "(instance_memory_limit_bytes - instance_memory_usage_bytes) / 1024 / 1024", "sum by (app, proc) (instance_memory_limit_bytes - instance_memory_usage_bytes) / 1024 / 1024",
        "topk(3, sum by (app, proc) (rate(instance_cpu_time_ns[5m])))", "count by (app) (instance_cpu_time_ns)",
    ];

    /// <summary>Half an hour of what the expressions name.</summary>
    public static SampleSet Samples()
    {
        var samples = new SampleSet();
        var random = new Random(11);
        void Add(double step, params string[] labels)
        {
            var value = (double)random.Next(100);
            for (var time = Fuzzing.FuzzData.StartMs; time <= Fuzzing.FuzzData.EndMs; time += Fuzzing.FuzzData.StepMs)
            {
                value = random.Next(60) == 0 ? 0 : value + random.NextDouble() * step;
                samples.Add(Labels.Of(labels), time, value);
            }
        }
        foreach (var job in (string[])["prometheus", "api-server", "apiserver"])
        {
            foreach (var (method, status, environment) in (List<(string, string, string)>)[("GET", "200", "staging"), ("POST", "404", "testing"), ("PUT", "500", "")])
            {
                Add(9, "__name__", "http_requests_total", "job", job, "group", "canary", "method", method, "status", status, "environment", environment, "handler", "/api/comments", "instance", "i-" + method, "replica", "rep-" + status[0], "application", "app");
            }
            foreach (var bound in (string[])["0.1", "0.2", "1", "+Inf"])
            {
                Add(bound.Length, "__name__", "http_request_duration_seconds_bucket", "job", job, "le", bound);
            }
            Add(4, "__name__", "http_request_duration_seconds_count", "job", job);
            Add(1, "__name__", "foo", "job", job);
            Add(-1, "__name__", "bar", "job", job);
            Add(0, "__name__", "target_info", "job", job, "instance", "i-GET", "k8s_cluster_name", "c-" + job);
        }
        foreach (var (method, code) in (List<(string, string)>)[("get", "500"), ("get", "404"), ("put", "501"), ("post", "500")])
        {
            Add(3, "__name__", "method_code:http_errors:rate5m", "method", method, "code", code);
        }
        foreach (var method in (string[])["get", "del", "post"])
        {
            Add(30, "__name__", "method:http_requests:rate5m", "method", method);
        }
        foreach (var (app, proc) in (List<(string, string)>)[("lion", "web"), ("elephant", "worker"), ("fox", "widget"), ("fox", "web")])
        {
            Add(1e6, "__name__", "instance_cpu_time_ns", "app", app, "proc", proc, "instance", "7");
            Add(1e6, "__name__", "instance_memory_limit_bytes", "app", app, "proc", proc, "instance", "7");
            Add(1e5, "__name__", "instance_memory_usage_bytes", "app", app, "proc", proc, "instance", "7");
        }
        Add(2, "__name__", "cpu_temp_celsius", "host", "zeus");
        Add(20, "__name__", "distance_covered_total");
        Add(0, "__name__", "build_version", "instance", "1");
        Add(0, "__name__", "up", "job", "api-server", "src1", "a", "src2", "b", "src3", "c");
        Add(0, "__name__", "up", "job", "api-server", "service", "a:c");
        Add(0, "__name__", "foo.bar", "label", "x");
        Add(0, "__name__", "job:rule", "job", "x");
        Add(0, "__name__", "on");
        new Fuzzing.FuzzHistograms(random, samples).AddOne(Labels.Of("__name__", "http_request_duration_seconds", "job", "api-server"));
        return samples;
    }
}
