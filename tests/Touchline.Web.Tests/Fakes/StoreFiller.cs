using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Web.Tests.Fakes;

internal static class StoreFiller
{
    /// <summary>Adds samples that end at the clock's start, <paramref name="stepMs"/> apart.</summary>
    public static InMemoryStore Add(this InMemoryStore store, Labels labels, long stepMs, params ReadOnlySpan<double> values)
    {
        using var appender = store.OpenAppender();
        var series = default(SeriesRef);
        for (var i = 0; i < values.Length; i++)
        {
            appender.Append(ref series, labels, TestClock.StartMs - (values.Length - 1 - i) * stepMs, values[i]);
        }
        appender.Commit();
        return store;
    }
}
