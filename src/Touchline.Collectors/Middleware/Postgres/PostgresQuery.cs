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

    /// <summary>Which part of a histogram it is, as <c>_sum</c>; empty for a metric of one part. The parts of a histogram stand one behind the other.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>The label le of a bucket.</summary>
    public string? Bound { get; init; }
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

    /// <summary>An extension, with a relation of its name, without which there is nothing to ask; null where every server can be asked.</summary>
    public string? Extension { get; init; }

    /// <summary>What stands for $1, $2 and so on.</summary>
    public object[] Arguments { get; init; } = [];

    public bool IsFor(int version) => version >= MinVersion && version < MaxVersion;
}
