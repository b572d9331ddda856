using Npgsql;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>Label names and values as a writer takes them, and the values of the metrics.</summary>
internal sealed record PostgresRow(string[] Labels, double?[] Values)
{
    public static PostgresRow Of(NpgsqlDataReader reader, PostgresQuery query)
    {
        var labels = new string[2 * query.Labels.Length];
        for (var i = 0; i < query.Labels.Length; i++)
        {
            (labels[2 * i], labels[2 * i + 1]) = (query.Labels[i], reader.IsDBNull(i) ? "" : reader.GetString(i));
        }
        var values = new double?[query.Metrics.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.IsDBNull(query.Labels.Length + i) ? null : reader.GetDouble(query.Labels.Length + i);
        }
        return new PostgresRow(labels, values);
    }

    /// <summary>Writes family by family, and none of which there is no sample.</summary>
    public static void Write(IMetricWriter writer, PostgresQuery query, List<PostgresRow> rows, string server)
    {
        var family = "";
        for (var i = 0; i < query.Metrics.Length; i++)
        {
            var metric = query.Metrics[i];
            if (rows.TrueForAll(row => row.Values[i] is null && metric.Null == PostgresNull.Absent))
            {
                continue;
            }
            if (metric.Name != family)
            {
                writer.Family(metric.Name, metric.Type, metric.Help);
                family = metric.Name;
            }
            foreach (var row in rows.Where(row => row.Values[i] is not null || metric.Null != PostgresNull.Absent))
            {
                string[] bound = metric.Bound is { } le ? ["le", le] : [];
                string[] of = query.HasServerLabel ? ["server", server] : [];
                writer.SuffixedSample(metric.Suffix, row.Values[i] ?? (metric.Null == PostgresNull.NaN ? double.NaN : 0), [.. row.Labels, .. bound, .. of]);
            }
        }
    }
}
