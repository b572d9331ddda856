using System.Globalization;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>How long processes of each application have been idle, as a histogram. The exporter shows one application of them; here it is all.</summary>
internal static class PostgresIdleProcesses
{
    public const string Collector = "process_idle";

    private const string Name = "pg_process_idle_seconds";

    /// <summary>Applications name themselves, so that there may be any number of names.</summary>
    private const int MaxApplications = 500;

    private static readonly int[] Bounds = [1, 2, 5, 15, 30, 60, 90, 120, 300];

    public static PostgresQuery Query { get; } = new(Collector, $"""
        SELECT application_name, state, {string.Join(", ", Bounds.Select(bound => $"(count(*) FILTER (WHERE idle <= {bound}))::float8"))},
               count(*)::float8, sum(round(idle))::float8, count(*)::float8
        FROM (SELECT coalesce(application_name, '') AS application_name, state, extract(epoch FROM greatest(clock_timestamp() - state_change, interval '0')) AS idle
              FROM pg_stat_activity WHERE state LIKE 'idle%' AND pid <> pg_backend_pid()) AS processes
        GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT {MaxApplications}
        """, ["application_name", "state"],
        [.. Bounds.Select(bound => Bucket(bound.ToString(CultureInfo.InvariantCulture))), Bucket("+Inf"), Part("_sum"), Part("_count")]);

    private static PostgresMetric Bucket(string bound) => Part("_bucket") with { Bound = bound };

    private static PostgresMetric Part(string suffix) => new(Name, MetricType.Histogram, "Idle time of server processes") { Suffix = suffix };
}
