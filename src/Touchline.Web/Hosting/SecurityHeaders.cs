using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Touchline.Web.Hosting;

/// <summary>
/// Headers that keep a browser from running or fetching anything that is not ours. Styles may be inline because the components set them;
/// scripts may not.
/// </summary>
internal static class SecurityHeaders
{
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static TBuilder WithSecurityHeaders<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate;
            if (next is not null)
            {
                endpoint.RequestDelegate = context =>
                {
                    context.Response.OnStarting(Set, context.Response);
                    return next(context);
                };
            }
        });
        return endpoints;
    }

    private static Task Set(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
