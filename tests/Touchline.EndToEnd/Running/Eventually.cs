using System.Diagnostics;

namespace Touchline.EndToEnd.Running;

/// <summary>Waits for what comes in its own time. The patience is for slow machines; a test that relies on it being short is wrong.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until the answer is there, and gives it.</summary>
    /// <param name="because">What did not come, for the one who reads the failure.</param>
    public static Task<T> GetAsync<T>(Func<Task<T?>> ask, string because, TimeSpan? patience = null)
        where T : class => GetAsync(ask, () => because, patience);

    /// <param name="because">The same where it depends on what has happened until then, such as the log.</param>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, Func<string> because, TimeSpan? patience = null)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }
            if (waited.Elapsed > (patience ?? Patience))
            {
                Assert.Fail($"{because()} (waited {waited.Elapsed.TotalSeconds:F0} s)");
            }
            await Task.Delay(Pause);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> ask, string because, TimeSpan? patience = null) =>
        GetAsync(async () => await ask() ? "yes" : null, because, patience);

    public static Task TrueAsync(Func<Task<bool>> ask, Func<string> because, TimeSpan? patience = null) =>
        GetAsync(async () => await ask() ? "yes" : null, because, patience);

    public static Task TrueAsync(Func<bool> ask, string because, TimeSpan? patience = null) =>
        TrueAsync(() => Task.FromResult(ask()), because, patience);

    public static Task TrueAsync(Func<bool> ask, Func<string> because, TimeSpan? patience = null) =>
        TrueAsync(() => Task.FromResult(ask()), because, patience);
}
