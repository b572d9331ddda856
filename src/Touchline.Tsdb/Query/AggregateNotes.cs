using System.Globalization;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Query;

/// <summary>What a reader of an answer is told about the aggregates that it was made of. Thread-safe.</summary>
internal sealed class AggregateNotes
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, (long ThroughMs, bool IsCoarse)> _byResolution = [];

    /// <param name="resolutionMs">Of aggregates that were read.</param>
    /// <param name="throughMs">The end of the last of them.</param>
    /// <param name="hints">What they were read for.</param>
    public void Add(long resolutionMs, long throughMs, SelectHints hints)
    {
        var isCoarse = hints.WindowMs < resolutionMs || (hints.StepMs > 0 && hints.StepMs < resolutionMs);
        lock (_lock)
        {
            var known = _byResolution.GetValueOrDefault(resolutionMs, (long.MinValue, false));
            _byResolution[resolutionMs] = (Math.Max(known.Item1, throughMs), known.Item2 || isCoarse);
        }
    }

    public IReadOnlyList<string> All()
    {
        lock (_lock)
        {
            return [.. _byResolution.Select(entry => Text(entry.Key, entry.Value.ThroughMs, entry.Value.IsCoarse))];
        }
    }

    private static string Text(long resolutionMs, long throughMs, bool isCoarse)
    {
        var resolution = PrometheusDuration.Format(resolutionMs);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(throughMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var adapted = isCoarse ? $"; steps and windows shorter than {resolution} take the aggregate before them" : "";
        return $"data before {time} is kept as {resolution} aggregates{adapted}";
    }
}
