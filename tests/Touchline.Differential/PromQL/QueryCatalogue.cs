namespace Touchline.Differential.PromQL;

/// <summary>Queries of every kind over <see cref="DemoData"/>, templates expanded.</summary>
internal static class QueryCatalogue
{
    private static readonly Dictionary<string, string[]> Variants = new()
    {
        ["offset"] = ["1m", "5m", "17m"],
        ["range"] = ["1s", "15s", "1m", "5m", "15m", "1h"],
        ["agg"] = ["sum", "avg", "max", "min", "count", "stddev", "stdvar", "group"],
        ["native"] = ["native_latency_seconds", "native_resetting_seconds", "native_schemas_seconds", "native_gauge", "native_custom_seconds", "native_mixed"],
        ["part"] = ["count", "sum", "avg", "stddev", "stdvar"],
        ["bounds"] = ["0, 1", "-1, 1", "-Inf, 0.3", "0.7, +Inf", "0.2, 0.1", "NaN, 1", "0.0005, 3"],
        ["k"] = ["topk", "bottomk"],
        ["quantile"] = ["-0.5", "0.1", "0.5", "0.75", "0.95", "0.90", "0.99", "1", "1.5", "NaN"],
        ["arith"] = ["+", "-", "*", "/", "%", "^", "atan2"],
        ["comp"] = ["==", "!=", "<", ">", "<=", ">="],
        ["binop"] = ["+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">="],
        ["overtime"] = ["sum", "avg", "max", "min", "count", "stddev", "stdvar", "last", "present", "mad", "absent"],
        ["math"] = ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "round", "sgn", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad"],
        ["rate"] = ["delta", "rate", "increase", "irate", "idelta", "deriv", "changes", "resets"],
        ["clamp"] = ["clamp_min", "clamp_max"],
        ["date"] = ["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"],
        ["gauge"] = ["demo_memory_usage_bytes", "demo_intermittent_metric", "demo_special_values"],
        ["counter"] = ["demo_cpu_usage_seconds_total", "demo_resetting_total", "demo_jittered_total", "demo_intermittent_metric", "demo_late_total", "demo_special_values"],
        ["grouping"] = ["", "by()", "by(instance)", "by(instance, type)", "by(nonexistent)", "without()", "without(instance)", "without(instance, type)", "without(nonexistent)", "by(__name__)"],
    };

    private static readonly string[] Templates =
    [
        // Literals and scalars.
        "42", "1.234", ".123", "1.23e-3", "0x3d", "Inf", "-Inf", "NaN", "\"text\"", "1h", "-1 ^ 2", "1 * 2 + 4 / 6 - 10 % 2 ^ 2", "pi()", "time()",
        "1 {arith} time()", "time() {arith} 1", "time() {comp} bool 1", "1 {comp} bool time()", "time() {arith} time()", "scalar(demo_num_cpus)",
        "scalar(sum(demo_num_cpus))", "vector(1.23)", "vector(time())", "-5 % 3", "5 % -3", "1 / 0", "0 % 0", "-8 ^ 0.5", "scalar(demo_twin_a) + 1",
        // Selectors.
        "{gauge}", "{__name__=\"demo_memory_usage_bytes\"}", "demo_memory_usage_bytes{type=\"free\"}", "demo_memory_usage_bytes{type!=\"free\"}",
        "demo_memory_usage_bytes{instance=~\"demo.promlabs.com:.*\"}", "demo_memory_usage_bytes{instance=~\"host\"}", "demo_memory_usage_bytes{instance!~\".*:10000\"}",
        "{type=\"free\", instance!=\"demo.promlabs.com:10000\"}", "nonexistent_metric_name", "{gauge} offset {offset}", "{gauge} offset -{offset}", "{__name__=~\"demo_twin.*\"}",
        "demo_intermittent_metric[5m]", "demo_special_values[2m] offset 1m", "demo_num_cpus[2m:30s]", "demo_typed_total",
        "demo_memory_usage_bytes @ 1700001000", "demo_memory_usage_bytes @ start()", "demo_memory_usage_bytes @ end() offset 3m", "rate(demo_cpu_usage_seconds_total[5m] @ 1700002000)",
        // Aggregations.
        "{agg} {grouping} ({gauge})", "{agg}(nonexistent_metric_name)", "{agg}(demo_special_values > 0)", "{k}(3, demo_memory_usage_bytes)", "{k} by(instance) (2, demo_memory_usage_bytes)",
        "{k} without(instance) (2, demo_memory_usage_bytes)", "{k} without() (2, demo_memory_usage_bytes)", "{k}(2, demo_special_values)", "{k}(scalar(demo_twin_a), demo_memory_usage_bytes)",
        "{k}(NaN, demo_num_cpus)", "{k}(1e30, demo_num_cpus)", "{k}(-1, demo_num_cpus)", "quantile({quantile}, {gauge})", "quantile by(type) ({quantile}, demo_memory_usage_bytes)",
        "avg(max by(type) (demo_memory_usage_bytes))", "count_values(\"value\", demo_api_request_duration_seconds_bucket)", "count_values(\"v\", demo_intermittent_metric)",
        "count_values without(instance) (\"v\", demo_special_values)", "count_values by(job) (\"job\", demo_num_cpus)", "limit_ratio(0.3, demo_memory_usage_bytes)", "limit_ratio(-0.7, demo_memory_usage_bytes)",
        "limit_ratio(0.5, demo_api_request_duration_seconds_bucket)", "limit_ratio(1.5, demo_num_cpus)", "sum by (instance) (rate(demo_cpu_usage_seconds_total[{range}]))",
        "count({__name__=~\"demo_.*\"})", "count by (__name__) ({__name__=~\"demo_.*\"})", "sum without (mode) (demo_typed_total)",
        // Binary operators.
        "demo_num_cpus + (1 {comp} bool 2)", "{gauge} {binop} 1.2345", "{gauge} {comp} bool 1.2345", "1.2345 {comp} bool {gauge}", "0.12345 {binop} {gauge}", "{gauge} atan2 2",
        "(1 * 2 + 4 / 6 - (10%7)^2) {binop} demo_memory_usage_bytes", "demo_memory_usage_bytes {binop} (1 * 2 + 4 / 6 - 10)", "timestamp(demo_memory_usage_bytes * 1)", "timestamp(-demo_memory_usage_bytes)",
        "demo_memory_usage_bytes {binop} on(instance, job, type) demo_memory_usage_bytes", "sum by(instance, type) (demo_memory_usage_bytes) {binop} on(instance, type) group_left(job) demo_memory_usage_bytes",
        "demo_memory_usage_bytes {comp} bool on(instance, job, type) demo_memory_usage_bytes", "demo_memory_usage_bytes / on(instance, job, type, __name__) demo_memory_usage_bytes",
        "sum without(job) (demo_memory_usage_bytes) / on(instance, type) demo_memory_usage_bytes", "sum without(job) (demo_memory_usage_bytes) / on(instance, type) group_left(job) demo_memory_usage_bytes",
        "demo_memory_usage_bytes / on(instance, job) group_left demo_num_cpus", "demo_num_cpus * on(instance) group_right(job) demo_memory_usage_bytes", "demo_num_cpus {comp} on(instance) group_right demo_intermittent_metric",
        "demo_memory_usage_bytes / on(instance, type, job, non_existent) demo_memory_usage_bytes", "demo_num_cpus * on(instance) group_left(type) demo_memory_usage_bytes{type=\"free\"}",
        "demo_memory_usage_bytes + on(instance) demo_memory_usage_bytes", "demo_memory_usage_bytes + on(instance) demo_num_cpus", "demo_num_cpus + on(instance) group_left demo_memory_usage_bytes",
        "demo_memory_usage_bytes + on(instance) group_left(type) demo_num_cpus", "sum(demo_num_cpus) + on() group_left demo_num_cpus", "demo_twin_a {binop} demo_twin_b", "demo_special_values {binop} demo_intermittent_metric",
        "demo_intermittent_metric and demo_num_cpus", "demo_intermittent_metric or on(instance) demo_num_cpus", "demo_num_cpus unless on(instance) demo_intermittent_metric", "demo_intermittent_metric > 2 or demo_num_cpus",
        "demo_memory_usage_bytes and on(instance) (demo_num_cpus > 2)", "demo_memory_usage_bytes unless ignoring(type, job) demo_num_cpus", "demo_num_cpus and on() vector(1)", "demo_num_cpus or vector(7)",
        "demo_num_cpus * Inf", "demo_num_cpus * NaN", "demo_memory_usage_bytes + -(1)", "-demo_memory_usage_bytes", "+demo_num_cpus", "time() {binop} demo_memory_usage_bytes", "demo_memory_usage_bytes {binop} time()",
        "-{__name__=~\"demo_twin_.\"}", "{__name__=~\"demo_twin_.\"} * 2", "demo_twin_a or demo_twin_b", "abs({__name__=~\"demo_twin_.\"})", "demo_typed_total * 2", "demo_typed_total > bool 2",
        // Functions.
        "{overtime}_over_time({gauge}[{range}])", "{overtime}_over_time(demo_jittered_total[{range}] offset 3m)", "quantile_over_time({quantile}, {gauge}[{range}])", "timestamp(demo_num_cpus)", "timestamp(timestamp(demo_num_cpus))",
        "{math}({gauge})", "{math}(-demo_memory_usage_bytes)", "{math}(demo_special_values / 3)", "{rate}(nonexistent_metric[5m])", "{rate}({counter}[{range}])", "{rate}({counter}[5m] offset 2m)", "deriv(demo_disk_usage_bytes[{range}])",
        "predict_linear(demo_disk_usage_bytes[{range}], 600)", "predict_linear(demo_disk_usage_bytes[5m] offset 3m, 600)", "double_exponential_smoothing({gauge}[{range}], 0.3, 0.7)", "double_exponential_smoothing(demo_disk_usage_bytes[5m], 1.3, 0.7)",
        "label_replace(demo_num_cpus, \"job\", \"destination-value-$1\", \"instance\", \"demo.promlabs.com:(.*)\")", "label_replace(demo_num_cpus, \"job\", \"destination-value-$1\", \"instance\", \"host:(.*)\")",
        "label_replace(demo_num_cpus, \"job\", \"$1-$2\", \"instance\", \"demo(.*):(.*)\")", "label_replace(demo_num_cpus, \"job\", \"value-$1\", \"nonexistent-src\", \"source-value-(.*)\")",
        "label_replace(demo_num_cpus, \"job\", \"value-$1\", \"nonexistent-src\", \"(.*)\")", "label_replace(demo_num_cpus, \"job\", \"value-$1\", \"instance\", \"non-matching-regex\")",
        "label_replace(demo_num_cpus, \"job\", \"\", \"dst\", \".*\")", "label_replace(demo_num_cpus, \"job\", \"value-$1\", \"src\", \"(.*\")", "label_replace(demo_num_cpus, \"~invalid\", \"\", \"src\", \"(.*)\")",
        "label_replace(demo_num_cpus, \"instance\", \"\", \"\", \"\")", "label_replace(demo_num_cpus, \"__name__\", \"renamed\", \"\", \"\")", "label_replace(demo_num_cpus, \"\", \"x\", \"\", \"\")",
        "label_replace(demo_num_cpus, \"n\", \"$$-${1}x-$1x-${name}-$\", \"instance\", \"(demo).*:(.*)\")",
        "label_join(demo_num_cpus, \"new_label\", \"-\", \"instance\", \"job\")", "label_join(demo_num_cpus, \"job\", \"-\", \"instance\", \"job\")", "label_join(demo_num_cpus, \"job\", \"-\")", "label_join(demo_num_cpus, \"~invalid\", \"-\", \"instance\")",
        "label_join(demo_num_cpus, \"instance\", \"-\", \"nonexistent\", \"missing\")",
        "{date}()", "{date}(demo_batch_last_success_timestamp_seconds offset {offset})", "{date}(demo_special_values)", "{date}(vector(-86400 * 365 * 1000))", "{clamp}(demo_memory_usage_bytes, 2)", "{clamp}(demo_special_values, 1)", "{clamp}(demo_special_values, NaN)",
        "clamp(demo_memory_usage_bytes, 0, 1)", "clamp(demo_memory_usage_bytes, 0, 1000000000000)", "clamp(demo_memory_usage_bytes, 1000000000000, 0)", "clamp(demo_special_values, -1, 1)", "clamp(demo_num_cpus, NaN, 1)",
        "round(demo_special_values, 0.3)", "round(demo_memory_usage_bytes, 1024)", "round(demo_num_cpus, 0)", "histogram_quantile({quantile}, rate(demo_api_request_duration_seconds_bucket[1m]))",
        "histogram_quantile({quantile}, sum by(le) (rate(demo_api_request_duration_seconds_bucket[5m])))", "histogram_quantile(0.9, nonexistent_metric)", "histogram_quantile(0.9, demo_memory_usage_bytes)",
        "histogram_quantile(0.9, {__name__=~\"demo_api_request_duration_seconds_.+\"})", "histogram_quantile(0.5, demo_api_request_duration_seconds_bucket{le!=\"+Inf\"})", "histogram_fraction(0, 0.2, demo_api_request_duration_seconds_bucket)",
        "histogram_fraction(0.03, 0.2, rate(demo_api_request_duration_seconds_bucket[5m]))", "histogram_count(demo_num_cpus)", "absent(demo_memory_usage_bytes)", "absent(nonexistent_metric_name)",
        "absent(nonexistent_metric_name{a=\"b\", c!=\"d\", e=~\"f\", g=\"h\", g=\"i\"})", "absent(sum(nonexistent_metric_name))", "absent((nonexistent{a=\"b\"}))", "absent_over_time(nonexistent{a=\"b\"}[5m])", "absent(demo_intermittent_metric)", "absent(demo_late_total)",
        "absent_over_time(demo_late_total[1m])", "sort(demo_num_cpus)", "sort_desc(demo_memory_usage_bytes)", "sort_by_label(demo_build_info, \"version\")", "sort_by_label_desc(demo_build_info, \"version\")",
        "ts_of_max_over_time(demo_intermittent_metric[{range}])", "ts_of_min_over_time(demo_intermittent_metric[{range}])", "ts_of_last_over_time(demo_intermittent_metric[{range}])",
        "info(demo_num_cpus)", "info(demo_num_cpus, {version=~\".+\"})", "info(demo_num_cpus, {version=\"1.0\"})", "info(demo_num_cpus, {owner=\"me\"})", "info(demo_num_cpus, {__name__=\"other_info\"})",
        "info(rate(demo_cpu_usage_seconds_total[5m]), {cluster=~\".*\"})", "info({__name__=~\"demo_num_cpus|target_info\"})", "info(nonexistent)", "floor(log10(vector(1000)))", "log2(vector(8)) == 3",
        // Subqueries.
        "max_over_time((time() - max(demo_batch_last_success_timestamp_seconds) < 1000)[5m:10s] offset 5m)", "avg_over_time(rate(demo_cpu_usage_seconds_total[1m])[2m:10s])", "sum_over_time(demo_intermittent_metric[10m:1m])",
        "rate(demo_jittered_total[5m:7s])", "max_over_time(deriv(demo_disk_usage_bytes[2m])[10m:])", "count_over_time((demo_num_cpus > 2)[3m:17s] @ end())", "last_over_time(demo_num_cpus[5m:1m] offset 90s)",
        "sum_over_time(sum_over_time(demo_num_cpus[1m:20s])[5m:1m])", "quantile_over_time(0.5, rate(demo_cpu_usage_seconds_total[2m])[10m:30s])", "min_over_time(timestamp(demo_jittered_total)[3m:15s])", "count_over_time(time()[5m:1m])", "topk(scalar(demo_intermittent_metric{instance=~\".*:10001\"}), demo_num_cpus)", "quantile(1.5, nonexistent)", "topk(NaN, nonexistent)", "count(limitk(3, demo_memory_usage_bytes))",
        "present_over_time(demo_intermittent_metric[1m:5s])", "rate({__name__=~\"demo_twin_.\"}[5m])", "last_over_time({__name__=~\"demo_twin_.\"}[5m])",
        // Native histograms.
        "{native}", "{native}[1m]", "{native} offset 5m", "{native} @ 1700001234", "{overtime}_over_time({native}[{range}])", "quantile_over_time(0.5, {native}[5m])", "{rate}({native}[{range}])", "predict_linear({native}[5m], 60)",
        "double_exponential_smoothing({native}[5m], 0.3, 0.3)", "{agg}({native})", "{agg} by (instance) ({native})", "{agg}(rate({native}[2m]))", "quantile(0.5, {native})", "{k}(2, {native})", "count_values(\"v\", {native})",
        "histogram_{part}({native})", "histogram_{part}(rate({native}[3m]))", "histogram_quantile({quantile}, {native})", "histogram_quantile({quantile}, sum(rate({native}[5m])))", "histogram_fraction({bounds}, {native})", "histogram_quantile({quantile}, demo_nonmonotonic_bucket)", "histogram_quantile(0.5, rate(demo_nonmonotonic_bucket[5m]))", "histogram_fraction({bounds}, demo_nonmonotonic_bucket)",
        "histogram_quantile(0.5, {native} or label_replace(demo_nonmonotonic_bucket, \"__name__\", \"native_gauge\", \"\", \"\"))", "histogram_quantile(0.5, abs(demo_num_cpus) or sum(native_gauge) or label_replace(abs(demo_num_cpus), \"le\", \"1\", \"\", \"\"))",
        "histogram_quantile(0.5, label_replace(sum(demo_num_cpus), \"le\", \"+Inf\", \"\", \"\") or sum(native_gauge))",
        "{native} {binop} {native}", "{native} {binop} 2", "2 {binop} {native}", "{native} {comp} bool {native}", "{native} {comp} bool 3", "{native} * 0", "{native} / 0", "-{native}", "{native} * -1", "{native} + on(instance) native_gauge", "{native} - on(instance) native_schemas_seconds",
        "{native} * on(instance) group_left demo_twin_a", "{native} and native_gauge", "{native} or native_gauge", "{native} unless on(instance) native_gauge{instance=\"a\"}", "abs({native})", "clamp({native}, 0, 1)", "round({native})", "timestamp({native})", "scalar({native})", "absent({native})",
        "label_replace({native}, \"x\", \"$1\", \"instance\", \"(.*)\")", "{date}({native})", "sum_over_time({native}[5m:30s])", "rate({native}[5m:30s])", "increase({native}[5m:10s])", "avg({__name__=~\"native_.*\"})", "sum({__name__=~\"native_.*\"})", "sum by (instance) ({__name__=~\"native_(custom|latency).*\"})",
    ];

    public static IEnumerable<string> Queries => Templates.SelectMany(Expand).Distinct();

    private static IEnumerable<string> Expand(string template)
    {
        foreach (var (name, values) in Variants)
        {
            var placeholder = "{" + name + "}";
            if (template.Contains(placeholder, StringComparison.Ordinal))
            {
                return values.SelectMany(v => Expand(template.Replace(placeholder, v, StringComparison.Ordinal)));
            }
        }
        return [template];
    }
}
