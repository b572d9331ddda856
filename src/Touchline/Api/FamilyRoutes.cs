using Microsoft.Net.Http.Headers;
using Touchline.Scraping.Families;
using Touchline.Telemetry;

namespace Touchline.Api;

/// <summary>Sources of whole families for scrapers: in protobuf too, where one would rather have it, since no text has native histograms.</summary>
internal static class FamilyRoutes
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(WebApplication app, string path, FamilySource source) =>
        app.MapMethods(path, GetOrHead, context => WriteAsync(context, source)).WithMetadata(new HandlerName(path));

    private static async Task WriteAsync(HttpContext context, FamilySource source)
    {
        if (!PrefersProtobuf(context.Request))
        {
            await MetricsRoutes.WriteAsync(context, source);
            return;
        }
        context.Response.ContentType = FamilyMessageWriter.ContentType;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        var writer = new FamilyMessageWriter();
        foreach (var family in source.Families())
        {
            writer.Write(family, context.Response.BodyWriter);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Of the formats that are known here, the one of the most weight counts; of several the first.</summary>
    private static bool PrefersProtobuf(HttpRequest request) =>
        request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1).FirstOrDefault(IsKnown) is { } preferred && IsProtobuf(preferred);

    private static bool IsKnown(MediaTypeHeaderValue type) =>
        type.Quality != 0 && (IsProtobuf(type) || type.MatchesMediaType("text/plain") || type.MatchesMediaType("application/openmetrics-text"));

    private static bool IsProtobuf(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/vnd.google.protobuf", StringComparison.OrdinalIgnoreCase)
        && Has(type, "proto", "io.prometheus.client.MetricFamily") && Has(type, "encoding", "delimited");

    private static bool Has(MediaTypeHeaderValue type, string name, string value) =>
        type.Parameters.Any(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && parameter.GetUnescapedValue() == value);
}
