using Touchline.Model;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>How one collection went: which collector took how long, and whether it worked.</summary>
internal sealed class PostgresReport
{
    private readonly List<Run> _runs = [];

    /// <summary>Whether something went wrong that might have gone well.</summary>
    public bool HasFailures { get; private set; }

    /// <summary>A collector that this server cannot have, which is no failure of the collection.</summary>
    public void AddMissing(string collector) => Merge(collector, TimeSpan.Zero, succeeded: false);

    /// <summary>A collector of several statements is one run.</summary>
    public void Add(string collector, TimeSpan duration, bool succeeded)
    {
        HasFailures |= !succeeded;
        Merge(collector, duration, succeeded);
    }

    public void Write(IMetricWriter writer, bool isUp, TimeSpan duration, long collections)
    {
        Single(writer, "pg_up", MetricType.Gauge, "Whether the last scrape of metrics from PostgreSQL was able to connect to the server (1 for yes, 0 for no).", isUp ? 1 : 0);
        Single(writer, "pg_exporter_last_scrape_error", MetricType.Gauge, "Whether the last scrape of metrics from PostgreSQL resulted in an error (1 for error, 0 for success).", isUp && !HasFailures ? 0 : 1);
        Single(writer, "pg_exporter_last_scrape_duration_seconds", MetricType.Gauge, "Duration of the last scrape of metrics from PostgreSQL.", duration.TotalSeconds);
        Single(writer, "pg_exporter_scrapes_total", MetricType.Counter, "Total number of times PostgreSQL was scraped for metrics.", collections);
        writer.Family("pg_scrape_collector_duration_seconds", MetricType.Gauge, "postgres_exporter: Duration of a collector scrape.");
        _runs.ForEach(run => writer.Sample(run.Duration.TotalSeconds, "collector", run.Collector));
        writer.Family("pg_scrape_collector_success", MetricType.Gauge, "postgres_exporter: Whether a collector succeeded.");
        _runs.ForEach(run => writer.Sample(run.Succeeded ? 1 : 0, "collector", run.Collector));
    }

    private void Merge(string collector, TimeSpan duration, bool succeeded)
    {
        var index = _runs.FindIndex(known => known.Collector == collector);
        if (index < 0)
        {
            _runs.Add(new Run(collector, duration, succeeded));
            return;
        }
        _runs[index] = new Run(collector, _runs[index].Duration + duration, _runs[index].Succeeded && succeeded);
    }

    private static void Single(IMetricWriter writer, string name, MetricType type, string help, double value)
    {
        writer.Family(name, type, help);
        writer.Sample(value);
    }

    private readonly record struct Run(string Collector, TimeSpan Duration, bool Succeeded);
}
