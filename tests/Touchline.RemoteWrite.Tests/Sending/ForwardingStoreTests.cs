using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.RemoteWrite.Sending;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.RemoteWrite.Tests.Sending;

public sealed class ForwardingStoreTests : IDisposable
{
    private static readonly Labels A = Labels.Of("__name__", "a");

    private readonly TestFolder _folder = new();
    private readonly ForwardQueue _queue;
    private readonly IncomingFigures _figures = new();
    private readonly ForwardingStore _store;

    public ForwardingStoreTests()
    {
        _queue = new ForwardQueue(new SendingOptions { Directory = _folder.Path }, 0, NullLogger.Instance);
        _store = new ForwardingStore(new InMemoryStore(), new MetadataBook(), _figures) { Queue = _queue };
    }

    public void Dispose()
    {
        _queue.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_stored_is_queued_and_nothing_else()
    {
        using var appender = _store.OpenAppender();
        var series = default(SeriesRef);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, A, 1000, 1));
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, 2000, 2));
        appender.Commit();
        Assert.Equal(AppendStatus.Duplicate, appender.Append(ref series, null, 2000, 2));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.Append(ref series, null, 2000, 3));
        appender.Append(ref series, null, 3000, 3);
        appender.Rollback();
        appender.Commit();

        Assert.Equal((2, 2000), (_figures.Samples, _figures.HighestTimestampMs));
    }

    /// <summary>A store's reference from before there was anybody to send to means nothing here.</summary>
    [Fact]
    public void Series_that_is_not_known_here_is_asked_for_with_labels()
    {
        _store.Queue = null;
        using var appender = _store.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, A, 1000, 1);
        appender.Commit();
        _store.Queue = _queue;

        Assert.Equal(AppendStatus.InvalidLabels, appender.Append(ref series, null, 2000, 2));
        Assert.True(series.IsNone);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, A, 2000, 2));
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, 3000, 3));
        appender.Commit();

        Assert.Equal(2, _figures.Samples);
    }

    /// <summary>While a store loads, its references are good for one batch only, and may then mean another series.</summary>
    [Fact]
    public void Labels_decide_where_a_reference_means_another_series()
    {
        var first = _queue.Book.Get(new SeriesRef(1), A);
        var other = _queue.Book.Get(new SeriesRef(1), Labels.Of("__name__", "b"));

        Assert.NotEqual(first.Id, other.Id);
        Assert.Equal(first, _queue.Book.Get(new SeriesRef(2), Labels.Of("__name__", "a")));
    }

    [Fact]
    public void Batch_that_began_without_anybody_to_send_to_is_not_queued()
    {
        _store.Queue = null;
        using var appender = _store.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, A, 1000, 1);
        _store.Queue = _queue;
        appender.Append(ref series, A, 2000, 1);
        appender.Commit();

        Assert.Equal(0, _figures.Samples);
    }
}
