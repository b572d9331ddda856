using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Sending;

/// <summary>
/// A store in front of another one: what that takes is queued to be sent too, as long as there is somebody to send to. Queued before it is
/// committed, so that nothing that can be read here was not sent; a batch that cannot be committed may then be sent all the same. Thread-safe.
/// </summary>
internal sealed class ForwardingStore(IMetricAppendable store, MetadataBook metadata, IncomingFigures figures) : IMetricAppendable
{
    private volatile ForwardQueue? _queue;

    /// <summary>Where batches that begin from now on are queued; null where there is nobody to send to.</summary>
    public ForwardQueue? Queue
    {
        get => _queue;
        set => _queue = value;
    }

    internal MetadataBook Metadata => metadata;

    public IAppender OpenAppender() => new ForwardingAppender(this, store.OpenAppender());

    internal void Forward(BatchBody batch, ForwardQueue queue)
    {
        figures.Count(batch.SampleCount, batch.HistogramCount, batch.ExemplarCount, batch.LatestTimeMs);
        queue.TryAppend(batch);
    }
}
