namespace Touchline.Api;

/// <summary>The name that an endpoint has in the figures of HTTP requests: its route, as Prometheus writes it.</summary>
internal sealed record HandlerName(string Name);
