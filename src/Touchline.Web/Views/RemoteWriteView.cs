namespace Touchline.Web.Views;

/// <summary>Somebody samples are sent to. The URL is without its password, the state as <c>status/remote_write</c> names it.</summary>
public sealed record RemoteWriteView(
    string Name, string Url, string State, double BehindSeconds, long QueuedBytes, long Sent, long Failed, long Dropped, int Shards, string LastError, DateTimeOffset? LastErrorAt);
