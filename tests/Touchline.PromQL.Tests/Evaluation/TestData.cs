using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>A store with series at a fixed step, and an engine over it.</summary>
internal sealed class TestData
{
    public InMemoryStore Store { get; } = new();

    public TestData Series(Labels labels, long stepMs, params double?[] values) =>
        Series(labels, [.. Enumerable.Range(0, values.Length).Where(i => values[i] is not null).Select(i => (i * stepMs, values[i]!.Value))]);

    public TestData Series(Labels labels, params (long TimeMs, double Value)[] samples)
    {
        using var appender = Store.OpenAppender();
        SeriesRef series = default;
        foreach (var (time, value) in samples)
        {
            Assert.Equal(AppendStatus.Stored, appender.Append(ref series, labels, time, value));
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
        return this;
    }

    public PromQLEngine Engine(PromQLOptions? options = null, TimeProvider? time = null) =>
        new(Store, options ?? new PromQLOptions { Features = PromQLFeatures.All }, time ?? TimeProvider.System);
}
