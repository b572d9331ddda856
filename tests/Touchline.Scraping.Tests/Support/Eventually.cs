namespace Touchline.Scraping.Tests.Support;

internal static class Eventually
{
    /// <summary>Waits for what another thread does; generous, because a busy machine is not a failure.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        for (var attempt = 0; attempt < 6_000; attempt++)
        {
            if (await condition())
            {
                return;
            }
            await Task.Delay(5);
        }
        Assert.Fail($"never happened: {what}");
    }
}
