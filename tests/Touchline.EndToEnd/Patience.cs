using System.Diagnostics;

namespace Touchline.EndToEnd;

/// <summary>Waits for what must come true, however slow the machine is.</summary>
internal static class Patience
{
    /// <summary>Far longer than anything takes: reaching it means that it does not come true at all.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static Task UntilAsync(string what, Func<bool> condition) => UntilAsync(what, () => Task.FromResult(condition()));

    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var start = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(start.Elapsed < Limit, $"it did not come true within {Limit.TotalSeconds} s: {what}");
            await Task.Delay(50);
        }
    }
}
