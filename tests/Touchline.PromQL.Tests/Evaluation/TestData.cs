using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>A store with series at a fixed step, and an engine over it.</summary>
internal sealed class TestData
{
    public InMemoryStore Store { get; } = new();

    public TestData Series(Labels labels, long stepMs, params double?[] values)
    {
        using var appender = Store.OpenAppender();
        SeriesRef series = default;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref series, labels, i * stepMs, value));
            }
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
        return this;
    }

    public PromQLEngine Engine(PromQLOptions? options = null, TimeProvider? time = null) =>
        new(Store, options ?? new PromQLOptions { Features = PromQLFeatures.All & ~PromQLFeatures.DelayedNameRemoval }, time ?? TimeProvider.System);
}
