/** The request of SES v2's SendEmail, as far as the local cloud reads it. */
export interface SendEmailRequest {
  readonly FromEmailAddress?: string;
  readonly Destination?: {
    readonly ToAddresses?: readonly string[];
    readonly CcAddresses?: readonly string[];
    readonly BccAddresses?: readonly string[];
  };
  readonly ReplyToAddresses?: readonly string[];
  readonly Content?: {
    readonly Simple?: SimpleContent;
    /** Base64 of a whole MIME message. */
    readonly Raw?: { readonly Data?: string };
    readonly Template?: { readonly TemplateName?: string };
  };
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly ConfigurationSetName?: string;
}

export interface SimpleContent {
  readonly Subject?: { readonly Data?: string };
  readonly Body?: { readonly Html?: { readonly Data?: string }; readonly Text?: { readonly Data?: string } };
  readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Attachments?: readonly { readonly RawContent?: string }[];
}

export function recipientsOf({ Destination: to }: SendEmailRequest): string[] {
  return [...(to?.ToAddresses ?? []), ...(to?.CcAddresses ?? []), ...(to?.BccAddresses ?? [])];
}
