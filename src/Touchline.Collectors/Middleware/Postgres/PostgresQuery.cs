using Touchline.Model;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What a null of the database is as a sample.</summary>
internal enum PostgresNull
{
    Zero,
    NaN,
    Absent,
}

/// <summary>A column that becomes a metric. Its name is whole, its unit the one in its name.</summary>
internal sealed record PostgresMetric(string Name, MetricType Type, string Help)
{
    public PostgresNull Null { get; init; }
}

/// <summary>
/// A statement whose first columns are labels, as text, and whose others are metrics, as double precision, in the order given here. Named as the collector of
/// postgres_exporter that gives the same metrics.
/// </summary>
internal sealed record PostgresQuery(string Collector, string Sql, string[] Labels, PostgresMetric[] Metrics)
{
    /// <summary>The first major version that can be asked.</summary>
    public int MinVersion { get; init; }

    /// <summary>The first major version that cannot be asked any more.</summary>
    public int MaxVersion { get; init; } = int.MaxValue;

    /// <summary>Whether the samples say which server they are of, as those of the exporter's older collectors do.</summary>
    public bool HasServerLabel { get; init; }

    /// <summary>A relation without which there is nothing to ask; null where every server has it.</summary>
    public string? Requires { get; init; }

    public bool IsFor(int version) => version >= MinVersion && version < MaxVersion;
}
