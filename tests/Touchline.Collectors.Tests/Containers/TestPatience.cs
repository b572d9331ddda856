namespace Touchline.Collectors.Tests.Containers;

/// <summary>Waits for what happens on other threads, as long as a busy machine needs.</summary>
internal static class TestPatience
{
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    /// <param name="isThere">What is waited for.</param>
    /// <param name="meanwhile">Done before each look but the first.</param>
    public static async Task UntilAsync(Func<bool> isThere, Action? meanwhile = null)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!isThere())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < Most, "what was waited for did not happen");
            await Task.Delay(10);
            meanwhile?.Invoke();
        }
    }
}
