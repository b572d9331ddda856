namespace Touchline.EndToEnd.Running;

/// <summary>The programs that <c>tests/install-peers</c> fetches.</summary>
internal static class Peers
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("TOUCHLINE_PEERS") is { Length: > 0 } given
        ? given
        : System.IO.Path.Combine(AppContext.BaseDirectory.Split("/tests/")[0], "artifacts", "peers");

    public static string Path(string program) => System.IO.Path.Combine(Folder, program);
}
