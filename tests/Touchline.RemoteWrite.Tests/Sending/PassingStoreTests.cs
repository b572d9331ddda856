using Touchline.Model;
using Touchline.RemoteWrite.Sending.Passing;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests.Sending;

public sealed class PassingStoreTests
{
    private static readonly Labels A = Labels.Of("__name__", "a");

    private readonly PassingStore _store = new(TimeProvider.System);

    [Fact]
    public void Samples_are_told_apart_as_a_store_would()
    {
        using var appender = _store.OpenAppender();
        var series = default(SeriesRef);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, A, 1000, 1));
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, 2000, 2));
        appender.Commit();

        Assert.Equal(AppendStatus.Duplicate, appender.Append(ref series, null, 2000, 2));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.Append(ref series, null, 2000, 3));
        Assert.Equal(AppendStatus.OutOfOrder, appender.Append(ref series, null, 1000, 1));
        Assert.Equal(AppendStatus.TooFarInFuture, appender.Append(ref series, null, DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(), 1));
        Assert.Equal((2, 1), (_store.Count(AppendStatus.Stored), _store.SeriesCount));
    }

    /// <summary>As after a scrape that fails in the middle: its series end at the very time of it.</summary>
    [Fact]
    public void Batch_that_is_rolled_back_leaves_no_trace()
    {
        using var appender = _store.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, A, 1000, 1);
        appender.Rollback();

        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, A, 1000, StaleMarker.Value));
    }

    [Fact]
    public void Series_without_samples_are_forgotten()
    {
        using var appender = _store.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, A, 1000, 1);
        appender.Commit();
        _store.ForgetBefore(1001);

        Assert.Equal(0, _store.SeriesCount);
        Assert.Equal(AppendStatus.InvalidLabels, appender.Append(ref series, null, 2000, 2));
        Assert.True(series.IsNone);
    }
}
