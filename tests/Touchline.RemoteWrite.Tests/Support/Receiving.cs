using Snappier;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.RemoteWrite.Tests.Support;

/// <summary>A receiver over the in-memory store.</summary>
internal sealed class Receiving : IDisposable
{
    public Receiving(RemoteWriteOptions? options = null) =>
        Receiver = new RemoteWriteReceiver(Store, options ?? new RemoteWriteOptions(), TimeProvider.System);

    public InMemoryStore Store { get; } = new();

    public RemoteWriteReceiver Receiver { get; }

    public RemoteWriteResult Write(byte[] message, RemoteWriteVersion version = RemoteWriteVersion.One) =>
        Receiver.Write(Snappy.CompressToArray(message), version);

    public string[] Samples()
    {
        using var querier = Store.OpenQuerier(long.MinValue, long.MaxValue);
        var found = new List<string>();
        foreach (var series in querier.Select([], true, default))
        {
            var rows = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows);
            for (var row = 0; row < rows.Count; row++)
            {
                found.Add($"{series.Labels} {rows.Values[row]}@{rows.Timestamps[row]}");
            }
        }
        return [.. found];
    }

    public NativeHistogram Histogram()
    {
        using var querier = Store.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        querier.Select([], true, default)[0].Read(long.MinValue, long.MaxValue, rows);
        return rows.Histograms[0]!;
    }

    public IReadOnlyDictionary<string, MetricMetadata> Metadata()
    {
        using var querier = Store.OpenQuerier(long.MinValue, long.MaxValue);
        return querier.Metadata();
    }

    public void Dispose() => Receiver.Dispose();
}
