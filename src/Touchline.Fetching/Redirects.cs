namespace Touchline.Fetching;

/// <summary>Redirects are followed here and not by the runtime, so that credentials stay with the host that they are for.</summary>
public static class Redirects
{
    /// <summary>Where an answer sends to, null where it does not.</summary>
    public static Uri? Of(HttpResponseMessage response, Uri from)
    {
        var isRedirect = (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;
        return isRedirect && response.Headers.Location is { } location ? new Uri(from, location) : null;
    }

    public static bool IsSameHost(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
