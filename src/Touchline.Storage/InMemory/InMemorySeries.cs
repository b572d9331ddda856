using Touchline.Model;

namespace Touchline.Storage.InMemory;

internal sealed class InMemorySeries(Labels labels, SampleColumns columns, IReadOnlyList<long> created) : ISeries
{
    public Labels Labels => labels;

    public IReadOnlyList<long> CreatedTimes() => created;

    public void Read(long minTimeMs, long maxTimeMs, SampleColumns into)
    {
        for (var row = 0; row < columns.Count; row++)
        {
            var time = columns.Timestamps[row];
            if (time < minTimeMs || time > maxTimeMs)
            {
                continue;
            }
            if (columns.HasHistograms && columns.Histograms[row] is { } histogram)
            {
                into.Add(time, histogram);
            }
            else
            {
                into.Add(time, columns.Values[row]);
            }
        }
    }
}
