using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Exchange;

/// <summary>Hands out every sample of a data directory that no server runs on, series by series.</summary>
public static class DataDump
{
    /// <param name="source">A data directory of ours.</param>
    /// <param name="minTimeMs">The first time, in ms since the Unix epoch.</param>
    /// <param name="maxTimeMs">The last time.</param>
    /// <param name="selectors">Only series that pass every matcher of one of these; all of them where there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="series">
    /// Told of each series that has samples, in the order of labels: its labels and samples, valid during the call. Old samples that were replaced by aggregates stand
    /// for themselves with the last of each window.
    /// </param>
    /// <param name="cancellationToken">Stops between two series.</param>
    /// <returns>What could not be read.</returns>
    /// <exception cref="ExchangeException">The source is no data directory, or a server runs on it.</exception>
    public static IReadOnlyList<string> Run(
        string source, long minTimeMs, long maxTimeMs, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, TimeProvider time,
        Action<Labels, SampleColumns> series, CancellationToken cancellationToken)
    {
        using var store = StoreOpening.Quietly(source, time);
        var damage = new DamageList();
        foreach (var entry in store.Status().Damage)
        {
            damage.Add(entry);
        }
        using var querier = store.OpenQuerier(minTimeMs, maxTimeMs);
        var rows = new SampleColumns();
        foreach (var one in PrometheusExport.Select(querier, selectors, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Clear();
            one.Read(minTimeMs, maxTimeMs, rows);
            if (rows.Count > 0)
            {
                series(one.Labels, rows);
            }
        }
        foreach (var warning in querier.Warnings)
        {
            damage.Add(warning);
        }
        return damage.ToList();
    }
}
